/*
  What the threads can do: each task is a function of its input alone, of mappers or a few joined, a report in our mailbox, or what the monitor shows of a message.
*/
import { readReport } from '../../connectors/mssante/report.ts'
import { judgeMessage } from '../../mappers/hl7v2/checks/judge-message.ts'
import { mapDocument } from './map-document.ts'
import { mapIdentity } from './map-identity.ts'
import { mapMovement } from './map-movement.ts'
import { outlineCda } from './outline-cda.ts'
import { readDocument, readSource } from './read-source.ts'
import { renderConsumerMessage } from './render-consumer-message.ts'
import { renderEditionMail, renderEditionMessage } from './render-edition.ts'
import { renderMail } from './render-mail.ts'
import { signEdition } from './sign-edition.ts'
import type { JudgePolicy } from '../../mappers/hl7v2/checks/judgement.ts'

export const tasks = {
  judge: ({ bytes, policy, messageType }: { bytes: Uint8Array; policy: JudgePolicy; messageType?: string | undefined }) =>
    judgeMessage(bytes, policy, messageType),
  mapDocument,
  mapIdentity,
  mapMovement,
  outlineCda,
  readDocument,
  readReport: ({ bytes }: { bytes: Uint8Array }) => readReport(bytes),
  readSource,
  renderConsumerMessage,
  renderEditionMail,
  renderEditionMessage,
  renderMail,
  signEdition,
}

export type TaskName = keyof typeof tasks
export type TaskInput<Name extends TaskName> = Parameters<(typeof tasks)[Name]>[0]
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<(typeof tasks)[Name]>>
