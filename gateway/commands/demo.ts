/*
  `hub demo`: one discharge letter through the main job, told step by step; ends with exit code 0 once the journey is whole.
*/
import { ImapFlow } from 'imapflow'
import { exchange } from '../../connectors/hospital/send.ts'
import { buildDemoMessage } from '../demo/letter.ts'
import { LETTER } from '../demo/letter-header.ts'
import { CommandError } from './command-error.ts'
import { type FlowView, readFlow, renderFlow } from './flow.ts'
import { readSandbox, type Sandbox } from './sandbox.ts'
import { fetchToken } from './token.ts'

const JOURNEY_TIMEOUT_MS = 120_000
const LOOK_EVERY_MS = 250
const say = (text: string): void => void process.stdout.write(`${text}\n`)

export async function demo(): Promise<void> {
  const sandbox = readSandbox()
  const at = new Date()
  const controlId = `DEMO${at.getTime()}`
  const message = buildDemoMessage({ controlId, documentId: uuidOid(), at })

  say(`1. A hospital pushes a discharge letter (MDM^T02, ${message.length} bytes) over MLLP, port ${sandbox.mllp.port}.`)
  const answer = Buffer.from(await exchange(sandbox.mllp, message, { timeoutMs: 60_000 })).toString('utf8')
  const code = /MSA\|(\w\w)/.exec(answer)?.[1]
  if (code !== 'AA') throw new CommandError(`the hub answered ${code ?? 'nothing readable'}:\n${answer.replaceAll('\r', '\n')}`)
  say('2. The hub answers AA: the message is durable in the ledger.')

  const journey = await completeJourney(controlId)
  say('3. Its journey, as the monitor tells it:\n')
  say(renderFlow(journey).trimEnd())
  if (journey.status !== 'complete') throw new CommandError(`the journey is not whole: ${journey.status}`)

  const documents = await fhirTotal(sandbox, 'DocumentReference', journey.documentId)
  say(`\n4. The FHIR door shows it to its person: ${documents} DocumentReference of this letter.`)
  for (const recipient of new Set(journey.steps.filter(step => step.step === 'sent' && step.recipient?.includes('@')).map(step => step.recipient ?? ''))) {
    say(`5. Mailbox ${recipient}: ${await mailCount(sandbox, recipient)} mail(s).`)
  }
  await tellReceived(sandbox, controlId)
  say(whereToLook(sandbox, journey))
}

function uuidOid(): string {
  return `2.25.${BigInt(`0x${crypto.randomUUID().replaceAll('-', '')}`)}`
}

async function completeJourney(controlId: string): Promise<FlowView> {
  const end = Date.now() + JOURNEY_TIMEOUT_MS
  for (;;) {
    const view = await readFlow(controlId)
    if (view.status === 'complete' || view.status === 'refused' || view.status === 'parked' || Date.now() > end) return view
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

async function fhirTotal(sandbox: Sandbox, type: string, documentId: string | null): Promise<number> {
  const bearer = await fetchToken(sandbox, 'citizen-portal', { person: LETTER.ins.value })
  const url = new URL(`${sandbox.fhir}/${type}`)
  url.searchParams.set('identifier', documentId ?? '')
  url.searchParams.set('_total', 'accurate')
  const reply = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } })
  if (!reply.ok) throw new CommandError(`the FHIR door answered ${reply.status}`)
  return ((await reply.json()) as { total?: number }).total ?? 0
}

async function mailCount(sandbox: Sandbox, address: string): Promise<number> {
  const client = new ImapFlow({
    ...sandbox.imap,
    secure: false,
    auth: { user: address, pass: sandbox.mailPassword },
    logger: false,
    tls: { rejectUnauthorized: false },
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const status = await client.status('INBOX', { messages: true })
    return status === false ? 0 : (status.messages ?? 0)
  } finally {
    await client.logout()
  }
}

async function tellReceived(sandbox: Sandbox, controlId: string): Promise<void> {
  const hospital = (await (await fetch(`${sandbox.hospital}/received`)).json()) as { message: string }[]
  const acks = hospital.filter(one => one.message.includes(controlId)).length
  const platform = (await (await fetch(`${sandbox.platform}/received`)).json()) as { status: number }[]
  say(
    `6. The hospital got ${acks} business acknowledgement(s) (ZAM^Z02); the regional platform holds ${platform.filter(one => one.status === 201).length} notification(s).`,
  )
}

function whereToLook(sandbox: Sandbox, journey: FlowView): string {
  return [
    '\nWhere to look next:',
    `  ${sandbox.http}/monitor/flows/${journey.id}     the same in the browser; log in as one of users in sandbox.json (operator)`,
    `  npx hub flow ${journey.id}     the journey with its lineage`,
    `  npx hub send FILE                                       your own ER7 message`,
    `  curl -H "Authorization: Bearer $(npx hub token citizen-portal --person ${LETTER.ins.value} | tail -1)" ${sandbox.fhir}/DocumentReference     what the person reads`,
    `  ${sandbox.http}/ready   ${sandbox.http}/metrics`,
    `  IMAP ${sandbox.imap.host}:${sandbox.imap.port}, any address of the letter, password in sandbox.json (mailPassword)`,
    '  npx hub stop',
  ].join('\n')
}
