/*
  The questions that operators ask: why, decisions, who could see, received, the report on a sender; and lanes held and freed.
*/
import { setTimeout as pause } from 'node:timers/promises'
import { type Request, type RequestHandler, type Response, type Router, json } from 'express'
import { HubError } from '../../profiles/errors.ts'
import { HELD } from '../../profiles/tables/lane-reasons.ts'
import type { HubConfig } from '../config.ts'
import { contentOf } from '../access/rights/thing.ts'
import { callerIn } from '../fhir/audit.ts'
import type { Keys } from '../keys.ts'
import type { Auditor } from '../ledger/audit/audit.ts'
import type { Db, Tx } from '../ledger/db.ts'
import { findDecisions, findReceived, holdLane, lanesOf } from '../ledger/deliveries/deliveries-asked.ts'
import { shownRecipient } from '../ledger/lanes/lane-list.ts'
import { resumeLane } from '../ledger/lanes/lanes.ts'
import { recordRepair } from '../ledger/watch/repairs.ts'
import { actorOf, contextOf } from '../request.ts'
import { type Asked, documentName } from './asked.ts'
import { membersOf } from './order.ts'
import { parametersOf, readQuestion } from './parameters.ts'
import { reportOn } from './report.ts'
import { repairBy } from './repairs.ts'
import { isKnownElsewhere, requirePerson, territoryOfPersons } from './territory.ts'
import { viewerOf } from './viewer.ts'
import { sentenceOf, whoCouldSee, whyNot } from './why.ts'

export interface QuestionParts {
  /** Within the territory of whoever asks. */
  askedBy(request: Request): Asked
  db: Db
  config: HubConfig
  keys: Keys
  auditor: Auditor
}

export function questionRoutes(router: Router, parts: QuestionParts): void {
  const { askedBy, db } = parts
  const answering =
    (question: string, answer: (sent: URLSearchParams, request: Request) => Promise<unknown>): RequestHandler =>
    async (request, response) => {
      const sent = parametersOf(request)
      const found = await answer(sent, request)
      await noted(parts, request, { action: `monitor.${question}`, patients: await personsIn(askedBy(request), sent) })
      response.set('Cache-Control', 'no-store').json(found)
    }
  router.get(
    '/api/why',
    answering('why', async (sent, request) => {
      const { recipient, document } = readQuestion(sent, { needs: ['recipient', 'document'] })
      const { directoryAskedAt, fallback, chosen, reason, ...why } = await whyNot(askedBy(request), recipient, document)
      const language = languageOf(request)
      const next = sentenceOf({ code: why.code, ...(chosen === undefined ? {} : { chosen }), ...(reason === undefined ? {} : { reason }) })[language]
      if (why.code === null) return { ...why, next }
      const more = [...(fallback === undefined ? [] : [IN_PORTAL[language]]), ...(directoryAskedAt === undefined ? [] : [askedOn(directoryAskedAt, language)])]
      return { ...why, next: [next, ...more].join(' ') }
    }),
  )
  router.get(
    '/api/decisions',
    answering('decisions', async (sent, request) => {
      const asked = askedBy(request)
      const { person, recipient, document, limit, after } = readQuestion(sent, { takes: ['person', 'recipient', 'document', 'limit', 'after'] })
      const events = document === '' ? undefined : (await asked.document(document)).events.map(one => one.id)
      const recipients = recipient === '' ? undefined : [...(await asked.namesOf(recipient))]
      const found = await findDecisions(db, {
        ...(events === undefined ? {} : { eventIds: events }),
        ...(person === '' ? {} : { person }),
        ...(recipients === undefined ? {} : { recipients }),
        ...(after === undefined ? {} : { after }),
        territory: asked.territory,
        limit: limit + 1,
      })
      const items = found.slice(0, limit).map(({ n: _n, documentId, resources, mailbox, ...row }) => ({
        ...row,
        document: documentName({ documentId, resources }),
        ...(mailbox === null ? {} : { mailbox }),
      }))
      return { items, next: found.length > limit ? String(found[limit - 1]?.n) : null }
    }),
  )
  router.get(
    '/api/who-could-see',
    answering('who-could-see', async (sent, request) => {
      const { document, at } = readQuestion(sent, { needs: ['document'], takes: ['at'] })
      return { items: await whoCouldSee(askedBy(request), document, at) }
    }),
  )
  router.get(
    '/api/received',
    answering('received', async (sent, request) => {
      const asked = askedBy(request)
      const { partner, person, limit } = readQuestion(sent, { needs: ['partner', 'person'], takes: ['limit'] })
      const found = await findReceived(db, { recipients: [...(await asked.namesOf(partner))], person, territory: asked.territory, limit })
      return { items: found.map(({ event, level, at, ...what }) => ({ document: documentName(what), event, level, at })) }
    }),
  )
  router.get(
    '/api/report',
    answering('report', async (sent, request) => {
      const { sender } = readQuestion(sent, { needs: ['sender'] })
      return reportOn({ config: parts.config, db, territory: viewerOf(request).territory }, sender, languageOf(request))
    }),
  )
  router.post('/api/lanes/park', json({ limit: '8kb' }), (request, response) => move(parts, { request, response }, 'park'))
  router.post('/api/lanes/resume', json({ limit: '8kb' }), (request, response) => move(parts, { request, response }, 'resume'))
}

/** Whom a question touches: the person it names, or whom the document is about. */
async function personsIn(asked: Asked, sent: URLSearchParams): Promise<string[]> {
  const [person, document] = [sent.get('person'), sent.get('document')]
  const { events, resource } = document === null ? { events: [], resource: undefined } : await asked.document(document)
  const named = [person, ...events.map(one => one.patient), resource === undefined ? undefined : contentOf(resource).patient]
  return [...new Set(named.flatMap(one => (one?.startsWith('Patient/') ? [one] : [])))]
}

const languageOf = (request: Request): 'en' | 'fr' => (request.acceptsLanguages('en', 'fr') === 'fr' ? 'fr' : 'en')

/** The last step of the fall-back order (fhir-fr.md 5.5). */
const IN_PORTAL = {
  en: 'Until then the software of the recipient, or of his structure, finds it by REST.',
  fr: 'D’ici là, le logiciel du destinataire, ou de sa structure, le trouve par REST.',
}

/** The day is enough: the directory is asked again after its time. */
const askedOn = (at: string, language: 'en' | 'fr'): string =>
  language === 'fr' ? `L’annuaire national a répondu le ${at.slice(0, 10)}.` : `The national directory answered on ${at.slice(0, 10)}.`

const TRIES = 50

async function move(parts: QuestionParts, { request, response }: { request: Request; response: Response }, way: 'park' | 'resume'): Promise<void> {
  const { recipient, person, reason } = readOrder(request.body)
  await requirePerson(parts.db, person, viewerOf(request).territory)
  const lanes = await lanesMeant(parts, parts.askedBy(request), { recipient, person })
  const patients = person.startsWith('Patient/') ? [person] : []
  const repaired = async (tx: Tx, object: string, outcome: string): Promise<void> => {
    const territory = await territoryOfPersons(tx, patients)
    const detail = { recipient: shownRecipient(recipient) }
    await recordRepair(tx, { ...repairBy(request), action: `lanes.${way}`, object, reason, outcome, patients, territory, detail })
  }
  let moved = 0
  for (const key of lanes) {
    const tell = (tx: Tx): Promise<void> => repaired(tx, key, 'done')
    if (way === 'resume' ? await resumeLane(parts.db, key, tell) : await held(parts, key, tell)) moved += 1
  }
  if (moved === 0) await parts.db.tx(tx => repaired(tx, lanes.join(','), 'not-moved'))
  response.set('Cache-Control', 'no-store').json(way === 'park' ? { parked: moved > 0, lanes } : { resumed: moved > 0, lanes })
}

/** An attempt that is being made ends first. Throws: fhir.undecided when it takes too long. */
async function held({ db }: QuestionParts, key: string, tell: (tx: Tx) => Promise<void>): Promise<boolean> {
  const hold = async (tx: Tx): Promise<boolean> => {
    const isHeld = await holdLane(tx, key, HELD)
    if (isHeld) await tell(tx)
    return isHeld
  }
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (await db.tx(hold)) return true
    await pause(100)
  }
  throw new HubError('fhir.undecided')
}

/** Those there are; for a recipient that nothing was sent to yet, the one it will have. Throws: monitor.role where another territory shares them. */
async function lanesMeant({ keys, db }: QuestionParts, asked: Asked, { recipient, person }: { recipient: string; person: string }): Promise<string[]> {
  const names = [...(await asked.namesOf(recipient))]
  const known = await lanesOf(db, { recipients: names, person })
  const { territory } = asked
  const own = known.filter(({ territories }) => territory === undefined || territories.every(one => one === territory))
  if (own.length > 0) return own.map(({ key }) => key)
  if (known.length > 0 || (territory !== undefined && (await isKnownElsewhere(db, person, territory)))) throw new HubError('monitor.role', { path: 'person' })
  const pseudonym = person.startsWith('Patient/') ? keys.pseudonym(person) : person
  const channel = recipient.includes('@') || recipient.includes('/') ? 'mssante' : 'platform'
  return names.map(name => `out:${keys.pseudonym([channel, name, pseudonym].join('|'))}`)
}

function readOrder(body: unknown): { recipient: string; person: string; reason: string } {
  const sent = membersOf(body, ['recipient', 'person', 'reason'])
  const text = (name: string): string => {
    const value = sent[name]
    if (typeof value !== 'string' || value.trim() === '' || value.length > 500) throw new HubError('fhir.request', { path: name })
    return value
  }
  return { recipient: text('recipient'), person: text('person'), reason: text('reason') }
}

function noted({ auditor }: QuestionParts, request: Request, said: { action: string; patients: string[] }): Promise<void> {
  return auditor.record({ ...callerIn(actorOf(request)), at: new Date(), object: '', outcome: 'done', requestId: contextOf(request).requestId, ...said })
}
