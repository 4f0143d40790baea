/*
  The conformance report of a sender: what it sends wrong, how often, since when, and what it is to correct. Codes and places alone: nobody is named in it.
*/
import { ERRORS, type ErrorCode, HubError } from '../../profiles/errors.ts'
import { type Advice, FINDING_ADVICE } from '../../profiles/tables/finding-advice.ts'
import { REFUSALS_IN_FRENCH } from '../../profiles/tables/refusal-advice.ts'
import type { HubConfig } from '../config.ts'
import type { Tx } from '../ledger/db.ts'
import { type Remark, remarksOn, sentBy } from '../ledger/flows/remarks.ts'

const MOST_REMARKS = 500
const OTHER: Advice = { en: 'See the findings in mappers/README.md.', fr: 'Voir les constats dans mappers/README.md.' }

export interface RemarkTold extends Remark {
  /** Of all messages of the sender, 0 to 1. */
  share: number
  /** As the sender was answered: `AE/203`; null where the message was taken. */
  answer: string | null
  /** What the sender is to correct. */
  correct: string
}

export interface Report {
  sender: string
  messages: number
  refused: number
  since: Date | null
  last: Date | null
  remarks: RemarkTold[]
}

export interface ReportParts {
  config: HubConfig
  db: Tx
  /** That of whoever asks, if he is bound to one: of another one nobody is known. */
  territory?: string | undefined
}

/** In: a partner's id, or MSH-3/MSH-4. Throws: fhir.path_unknown at `sender` for one that is not configured and has sent nothing. */
export async function reportOn({ config, db, territory }: ReportParts, asked: string, language: keyof Advice): Promise<Report> {
  const partner = config.partners.find(one => one.id === asked || `${one.mshApplication}/${one.mshFacility}` === asked)
  const sender = partner?.id ?? asked
  const sent = await sentBy(db, sender, territory)
  const isKnown = partner !== undefined && (territory === undefined || partner.territory === territory)
  if (!isKnown && sent.messages === 0) throw new HubError('fhir.path_unknown', { path: 'sender' })
  const remarks = await remarksOn(db, sender, { limit: MOST_REMARKS, territory })
  return { sender, ...sent, remarks: remarks.map(remark => told(remark, sent.messages, language)) }
}

function told(remark: Remark, messages: number, language: keyof Advice): RemarkTold {
  const error = remark.kind === 'error' && Object.hasOwn(ERRORS, remark.code) ? ERRORS[remark.code as ErrorCode] : undefined
  const advice =
    error === undefined
      ? (FINDING_ADVICE[remark.code] ?? OTHER)
      : { en: error.text, fr: REFUSALS_IN_FRENCH[remark.code] ?? ('fr' in error ? error.fr : error.text) }
  const answer = error === undefined ? null : `${error.msa}/${error.err3}`
  return { ...remark, share: Number((remark.messages / Math.max(messages, 1)).toFixed(4)), answer, correct: advice[language] }
}
