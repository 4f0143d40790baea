import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { RIGHTS } from '../../gateway/monitor/rights.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { type Answered, type LoggedIn, logInTo, userOf } from '../support/monitor-login.ts'
import { completeFlow, exchange, getJson, readSandbox, token } from '../support/sandbox.ts'
import { personOf, searchBeforeCreate, writerOf } from '../support/writing.ts'

// An observer of one territory asks every route of the API for what is of the other, by its ids and without: he is told nothing of it. Its own observer is.

const turn = Date.now().toString(36)
const THEIRS = '35238'

/** One letter of each territory: all that names it. */
interface Sent {
  controlId: string
  flow: string
  sender: string
  document: string
  ins: string
  patient: string
  mailbox: string
}

const sandbox = readSandbox()

const ledger = new pg.Client(sandbox.postgres)
await ledger.connect()
const operator = await token(sandbox, 'operator')
const send = async (sender: 'DPI-1/CH-1' | 'DPI-2/CH-2', person: number): Promise<Sent> => {
  const controlId = `TERR-${turn}-${sender.slice(4, 5)}`
  const mailbox = `territoire.${controlId.toLowerCase()}@test.mssante.fr`
  const letter = letterOf({ controlId, person, to: [mailbox] })
  const bytes = Buffer.from(letter.bytes.toString().replace('|DPI-1|CH-1|', `|${sender.replace('/', '|')}|`))
  expect(await exchange(sandbox.mllp, bytes)).toMatch(/MSA\|AA/)
  const { id } = await completeFlow(sandbox, operator, controlId)
  const found = await getJson<{ entry: { resource: { id: string; subject: { reference: string } } }[] }>(
    `${sandbox.hapi}/DocumentReference?identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${letter.documentId}`)}`,
  )
  const patient = found.entry[0]?.resource.subject.reference ?? ''
  return {
    controlId,
    flow: id,
    sender: sender === 'DPI-2/CH-2' ? 'DPI-2' : sender,
    document: `urn:oid:${letter.documentId}`,
    ins: letter.ins,
    patient,
    mailbox,
  }
}
const seed = ownPersons()
const ours = await send('DPI-1/CH-1', seed)
const theirs = await send('DPI-2/CH-2', seed + 1)
const observer = await logInTo(sandbox, userOf(sandbox, 'observer', '54395'))
const neighbour = await logInTo(sandbox, userOf(sandbox, 'observer', THEIRS))

afterAll(() => ledger.end())

type Asked = (session: LoggedIn, sent: Sent) => Promise<Answered>
const q = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString()
const get =
  (path: (sent: Sent) => string): Asked =>
  (session, sent) =>
    session.get(`/monitor/api/${path(sent)}`)
const post =
  (path: (sent: Sent) => string, body: (sent: Sent) => object): Asked =>
  (session, sent) =>
    session.post(`/monitor/api/${path(sent)}`, body(sent))

const REASON = { reason: 'essai' }

/** How each route is asked for what is of a letter; those that list are asked without naming it too. */
const QUESTIONS: Record<string, Asked[]> = {
  'GET /api/flows': [
    get(() => 'flows?limit=500'),
    get(({ controlId }) => `flows?${q({ controlId })}`),
    get(({ sender }) => `flows?${q({ sender })}`),
    get(() => `flows?territory=${THEIRS}&limit=500`),
    get(({ document }) => `flows?${q({ documentId: document })}`),
  ],
  'GET /api/flows.csv': [get(() => 'flows.csv'), get(({ controlId }) => `flows.csv?${q({ controlId })}`)],
  'POST /api/flows/search': [
    post(
      () => 'flows/search',
      ({ ins }) => ({ person: { value: ins } }),
    ),
  ],
  'POST /api/flows.csv': [
    post(
      () => 'flows.csv',
      ({ controlId }) => ({ controlId }),
    ),
  ],
  'GET /api/flows/:id': [get(({ flow }) => `flows/${flow}`)],
  'GET /api/flows/:id/lineage': [get(({ flow }) => `flows/${flow}/lineage`)],
  'GET /api/flows/:id/journey': [get(({ flow }) => `flows/${flow}/journey`)],
  'GET /api/flows/:id/recipients': [get(({ flow }) => `flows/${flow}/recipients`)],
  'GET /api/flows/:id/message': [get(({ flow }) => `flows/${flow}/message`)],
  'GET /api/flows/:id/resources': [get(({ flow }) => `flows/${flow}/resources`)],
  'POST /api/persons': [
    post(
      () => 'persons',
      ({ ins }) => ({ identifier: ins, ...REASON }),
    ),
  ],
  'GET /api/events': [get(() => 'events?limit=500'), get(({ patient }) => `events?${q({ resource: patient })}`)],
  'GET /api/why': [get(({ document, mailbox }) => `why?${q({ document, recipient: mailbox })}`)],
  'GET /api/decisions': [get(({ document }) => `decisions?${q({ document })}`), get(({ patient }) => `decisions?${q({ person: patient })}`)],
  'GET /api/who-could-see': [get(({ document }) => `who-could-see?${q({ document })}`)],
  'GET /api/received': [get(({ patient, mailbox }) => `received?${q({ partner: mailbox, person: patient })}`)],
  'GET /api/report': [get(({ sender }) => `report?${q({ sender })}`)],
  'GET /api/lanes': [get(() => 'lanes?state=all&limit=500')],
  'GET /api/set-aside': [get(() => 'set-aside')],
  'GET /api/partners': [get(() => 'partners')],
  'GET /api/partners/:id': [get(({ sender }) => `partners/${encodeURIComponent(sender)}`)],
  'GET /api/incidents': [get(() => 'incidents')],
  'GET /api/overview': [get(() => 'overview'), get(({ sender }) => `overview?${q({ partner: sender })}`)],
  'GET /api/indicators': [get(() => 'indicators'), get(() => `indicators?territory=${THEIRS}`)],
  'GET /api/indicators.csv': [get(() => 'indicators.csv'), get(() => `indicators.csv?territory=${THEIRS}`)],
}

/** Asked elsewhere: who somebody is himself; a stream. */
const APART = ['GET /api/me', 'GET /api/live']
/** Routes whose answers carry an id of the letter when its own observer asks; the others count, or hold nothing of this letter. */
const TELLING = [
  'GET /api/flows',
  'GET /api/flows.csv',
  'POST /api/flows/search',
  'GET /api/flows/:id',
  'GET /api/events',
  'GET /api/decisions',
  'GET /api/who-could-see',
  'GET /api/partners',
  'GET /api/report',
]

/** Their hospital may be a recipient of ours: to whom our own flows went is ours to know. */
const news = (text: string): string => text.replaceAll('"recipient":"DPI-2"', '').replaceAll('"partner":"DPI-2","direction":"out"', '')

const marks = ({ controlId, flow, sender, document, patient, mailbox }: Sent): string[] => [controlId, flow, `"${sender}"`, document, patient, mailbox]

describe('an observer of one territory', () => {
  it('is asked about here on every route that is open to him', () => {
    const open = Object.entries(RIGHTS).flatMap(([route, roles]) => (roles.includes('observer') ? [route] : []))
    expect([...Object.keys(QUESTIONS), ...APART].filter(route => !open.includes(route))).toEqual([])
    expect(open.filter(route => QUESTIONS[route] === undefined && !APART.includes(route))).toEqual([])
  })

  it.each(Object.keys(QUESTIONS))('%s tells him nothing of the other', async route => {
    for (const ask of QUESTIONS[route] ?? []) {
      const { status, text } = await ask(observer, theirs)
      expect([200, 400, 404]).toContain(status)
      if (route.includes(':id')) expect(status).toBe(404)
      expect(marks(theirs).filter(mark => news(text).includes(mark))).toEqual([])
    }
  })

  it.each(TELLING)('%s tells its own observer', async route => {
    const [ask] = (QUESTIONS[route] ?? []).slice(-1)
    const asked = route === 'GET /api/flows' ? QUESTIONS[route]?.[1] : ask
    const answer = await asked?.(neighbour, theirs)
    expect(answer?.status).toBe(200)
    expect(marks(theirs).some(mark => answer?.text.includes(mark))).toBe(true)
  })

  it('nobody of another territory and nobody at all are told alike', async () => {
    const unknown = { ...theirs, flow: '019aca00-0000-7000-8000-000000000000', ins: '279035100000153', document: 'urn:oid:1.2.3.4.5', sender: 'NOBODY/CH' }
    for (const route of ['GET /api/flows/:id', 'POST /api/persons', 'GET /api/why', 'GET /api/who-could-see', 'GET /api/report'])
      for (const ask of QUESTIONS[route] ?? []) {
        const said = async (sent: Sent): Promise<unknown> => {
          const { status, text } = await ask(observer, sent)
          return { status, text: text.replace(/"requestId":"[^"]*"/, '') }
        }
        expect(await said(theirs)).toEqual(await said(unknown))
      }
  })

  it('the counts of his lists are of his own flows', async () => {
    const operator = await token(sandbox, 'operator')
    const everywhere = await getJson<{ items: { territory: string }[] }>(`${sandbox.http}/monitor/api/flows?limit=500`, operator)
    expect(new Set(everywhere.items.map(({ territory }) => territory)).size).toBeGreaterThan(1)
    const listed = JSON.parse((await observer.get('/monitor/api/flows?limit=500')).text) as { items: { territory: string }[]; total?: number }
    expect(new Set(listed.items.map(({ territory }) => territory))).toEqual(new Set(['54395']))
    expect(JSON.stringify(listed)).toContain(ours.flow)
  })

  it('what a client of the FHIR door writes is of the territory of its structure', async () => {
    const dac = await writerOf(sandbox, 'dac-2')
    const number = `TERR-${turn}`
    expect((await dac.call('POST', '/Patient', { body: personOf(number), headers: { ...searchBeforeCreate(number), ...dac.signed() } })).status).toBe(201)
    const { rows } = await ledger.query<{ territory: string }>("select distinct territory from intent where client = 'sandbox-dac-2'")
    expect(rows).toEqual([{ territory: THEIRS }])
  })
})
