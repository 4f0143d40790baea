import type { FhirResource } from 'fhir/r4.js'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { cardHouse } from '../support/cards.ts'
import { newDocumentId } from '../support/letters.ts'
import { eventually, readSandbox } from '../support/sandbox.ts'

// Cards as a version from before migration 0042 left them: in the store under an id of their own, in no row of the ledger. The hub that runs reads them once.

const sandbox = readSandbox()
const { hospital, letter, bySender, card, cardsOf, standing } = await cardHouse(sandbox)
const ledger = new pg.Client({ connectionString: sandbox.postgres })
await ledger.connect()
afterAll(() => ledger.end())

async function putInStore(resource: FhirResource): Promise<void> {
  const headers = { 'content-type': 'application/fhir+json' }
  const { status } = await fetch(`${sandbox.hapi}/${resource.resourceType}/${resource.id}`, { method: 'PUT', headers, body: JSON.stringify(resource) })
  if (status !== 201) throw new Error(`the store said ${status}`)
}

/** Out: its letter, and the id of its card. */
async function earlier() {
  const [message, id] = [letter(newDocumentId()), crypto.randomUUID()]
  await putInStore({ ...card(message.documentId, message.cda), id })
  await putInStore({
    resourceType: 'Provenance',
    id: crypto.randomUUID(),
    target: [{ reference: `DocumentReference/${id}/_history/1` }],
    recorded: '2026-06-05T08:00:00Z',
    agent: [{ who: { reference: hospital.structure } }],
  })
  return { message, id, documentId: message.documentId }
}

describe('cards that an earlier version took by the FHIR door, once the hub has read them', () => {
  it('sent and deposited with the same bytes stay as they are, with others are refused; are replaced and deleted by message', async () => {
    const [same, replaced, deleted] = [await earlier(), await earlier(), await earlier()]
    await ledger.query("insert into catch_up (name, since) values ('cards', clock_timestamp() - interval '1 minute') on conflict do nothing")
    await eventually('read', async () => ((await ledger.query('select from catch_up')).rowCount === 0 ? true : undefined), 60_000)

    expect(await bySender(same.message)).toContain('MSA|AA')
    expect(await bySender(letter(same.documentId, { edit: cda => `${cda}\n` }))).toMatch(/MSA\|AE.*ERR.*207/s)
    const again = await hospital.post(card(same.documentId, same.message.cda))
    expect([again.status, again.body.id]).toEqual([200, same.id])
    expect((await cardsOf(same.documentId)).map(({ id, meta }) => [id, meta?.versionId])).toEqual([[same.id, '1']])

    const next = letter(newDocumentId(), { act: 'replace', version: 2, replaces: replaced.documentId })
    expect(await bySender(next)).toContain('MSA|AA')
    expect(await standing(replaced.documentId)).toEqual(['superseded'])
    const [card2] = await cardsOf(next.documentId)
    expect([card2?.status, card2?.relatesTo?.[0]?.target.reference]).toEqual(['current', `DocumentReference/${replaced.id}`])

    expect(await bySender(letter(deleted.documentId, { act: 'delete' }))).toContain('MSA|AA')
    expect(await standing(deleted.documentId)).toEqual(['entered-in-error'])
  })
})
