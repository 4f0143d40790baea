/*
  Replays as an operator's software runs them, on letters whose cards are put into the store as an older mapper would have written them.
*/
import type { DocumentReference, FhirResource } from 'fhir/r4.js'
import { type LetterOf, letterOf } from './letters.ts'
import { type Answer, type MonitorApi, monitorApi } from './monitor-api.ts'
import { completeFlow, eventually, exchange, getJson, type SandboxFile, token } from './sandbox.ts'

export interface Replay {
  id: string
  state: string
  total: number
  messages: Record<'changed' | 'unchanged' | 'skipped' | 'failed' | 'committed' | 'refused', number>
  resources: Record<'created' | 'changed' | 'unchanged', number>
  notified: number
}

export interface Item {
  id: string
  messageId: string
  controlId: string | null
  state: string
  code: string | null
  text: { fr: string; en: string } | null
  parkedFor: string | null
  resources: { resource: string; outcome: string; difference: { op: string; path: string; was?: unknown; value?: unknown }[] }[]
  notices: { recipient: string; isNotified: boolean }[]
}

export interface SentLetter {
  controlId: string
  documentId: string
  /** `DocumentReference/<id>` */
  card: string
}

const MINUTES = 60_000
const ABREAST = 20
const PER_TOKEN = 50

export interface Replays {
  api: MonitorApi
  until(id: string, ...states: string[]): Promise<Replay>
  dryRun(filter: Record<string, string>): Promise<{ replay: Replay; items: Item[] }>
  order<Json>(id: string, act: 'commit' | 'stop', reason: string): Promise<Answer<Json>>
  sendBytes(controlId: string, bytes: Uint8Array, documentId: string): Promise<SentLetter>
  /** Twenty at a time; out once all of them are complete, in their order. */
  sendLetters(letters: readonly LetterOf[]): Promise<SentLetter[]>
  cardOf(card: string): Promise<DocumentReference>
  /** As an older mapper would have stored it. */
  storeAsBefore(card: string, description?: string): Promise<void>
}

export function replaysOf(sandbox: SandboxFile): Replays {
  const api = monitorApi(sandbox)
  const until = (id: string, ...states: string[]): Promise<Replay> =>
    eventually(
      `replay ${states.join(' or ')}`,
      async () => {
        const found = await api.get<Replay>(`replays/${id}`)
        return states.includes(found.state) ? found : undefined
      },
      10 * MINUTES,
    )
  const cardOf = (card: string): Promise<DocumentReference> => getJson<DocumentReference>(`${sandbox.hapi}/${card}`)
  const accepted = async (controlId: string, bytes: Uint8Array): Promise<void> => {
    if (!(await exchange(sandbox.mllp, bytes)).includes(`MSA|AA|${controlId}`)) throw new Error(`not accepted: ${controlId}`)
  }
  const stored = async ({ controlId, documentId }: { controlId: string; documentId: string }, bearer: string): Promise<SentLetter> => {
    await completeFlow(sandbox, bearer, controlId, 3 * MINUTES)
    const found = await getJson<{ entry?: { resource: FhirResource }[] }>(`${sandbox.hapi}/DocumentReference?identifier=urn:oid:${documentId}`)
    return { controlId, documentId, card: `DocumentReference/${found.entry?.[0]?.resource.id}` }
  }
  const sendBytes = async (controlId: string, bytes: Uint8Array, documentId: string): Promise<SentLetter> => {
    await accepted(controlId, bytes)
    return stored({ controlId, documentId }, await token(sandbox, 'operator'))
  }
  return {
    api,
    until,
    cardOf,
    sendBytes,
    async dryRun(filter) {
      const { status, json } = await api.post<Replay>('replays', { filter, reason: 'convertisseur corrigé' })
      if (status !== 201) throw new Error(`${status} for a dry run`)
      return { replay: await until(json.id, 'shown'), items: await itemsOf(api, json.id) }
    },
    order: (id, act, reason) => api.post(`replays/${id}/${act}`, { reason }),
    async sendLetters(letters) {
      let bearer = ''
      const sent: SentLetter[] = []
      const written = letters.map(letter => ({ controlId: letter.controlId, ...letterOf({ body: 'N1', ...letter }) }))
      for (let from = 0; from < written.length; from += ABREAST)
        await Promise.all(written.slice(from, from + ABREAST).map(({ controlId, bytes }) => accepted(controlId, bytes)))
      // Looked for one after the other: a poll for each of many at once would cost more than the letters.
      for (const [n, one] of written.entries()) {
        if (n % PER_TOKEN === 0) bearer = await token(sandbox, 'operator')
        sent.push(await stored(one, bearer))
      }
      return sent
    },
    async storeAsBefore(card, description = 'libellé ancien') {
      const { docStatus: _, ...older } = await cardOf(card)
      const headers = { 'content-type': 'application/fhir+json' }
      const put = await fetch(`${sandbox.hapi}/${card}`, { method: 'PUT', headers, body: JSON.stringify({ ...older, description }) })
      if (!put.ok) throw new Error(`${put.status} from the store`)
    },
  }
}

async function itemsOf(api: MonitorApi, id: string): Promise<Item[]> {
  const items: Item[] = []
  for (let next: string | null = '0'; next !== null; ) {
    const page: { items: Item[]; next: string | null } = await api.get(`replays/${id}/items?limit=200&after=${next}`)
    items.push(...page.items)
    next = page.next
  }
  return items
}
