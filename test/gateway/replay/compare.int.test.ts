import { Readable } from 'node:stream'
import type { FhirResource } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { compareWithStore } from '../../../gateway/replay/compare.ts'
import type { Remade } from '../../../gateway/replay/remake.ts'
import type { ForwardRequest, Store } from '../../../gateway/store/store.ts'
import { message, useLedger } from '../ledger/support.ts'

// What a message that is made again would change, by what the ledger knows of who told the stored versions. The store answers searches by id as HAPI does.

const { db } = await useLedger()

type Kind = 'DocumentReference' | 'Encounter' | 'Observation'
const of = (type: Kind, id: string, version: string, language: string): FhirResource =>
  ({ resourceType: type, id, language, meta: { versionId: version } }) as unknown as FhirResource

const asked: string[] = []
/** Versions that the FHIR door wrote. */
const BY_DOOR = ['DocumentReference/b/_history/2', 'Observation/f/_history/2', 'Observation/g/_history/2']

const storeOf = (held: readonly FhirResource[]): Store =>
  ({
    search: (type: string, { target = '' }: Record<string, string>) => {
      const named = BY_DOOR.filter(one => target.split(',').includes(one.split('/_history/')[0] ?? ''))
      return Promise.resolve({ resourceType: 'Bundle', entry: named.map(reference => ({ resource: { resourceType: type, target: [{ reference }] } })) })
    },
    forward: ({ path, body }: ForwardRequest) => {
      asked.push(path)
      const ids = (new URLSearchParams(Buffer.from(body ?? '').toString()).get('_id') ?? '').split(',')
      const entry = held.filter(({ resourceType, id }) => path === `${resourceType}/_search` && ids.includes(id ?? '')).map(resource => ({ resource }))
      return Promise.resolve({ status: 200, headers: {}, body: Readable.from([Buffer.from(JSON.stringify({ resourceType: 'Bundle', entry }))]) })
    },
  }) as unknown as Store

const unsaid = (): never => {
  throw new Error('nothing but entries is compared')
}

/** A message that makes these again, in another language than is stored. */
const remade = (id: string, made: readonly [Kind, string][]): Remade => ({
  message: { ...message({ id }), receivedAt: new Date() } as unknown as Remade['message'],
  mapper: { name: 'm', version: 1 },
  findings: [],
  binaries: [],
  digest: Buffer.alloc(0),
  reserve: unsaid,
  gain: unsaid,
  settle: unsaid,
  entries: made.map(([type, one]) => ({ type, id: one, json: Buffer.from(JSON.stringify({ resourceType: type, id: one, language: 'fr' })) })),
})

const tell = (cause: string, ...resources: string[]): Promise<void> =>
  db.tx(async tx => {
    const known = { person: 'p', patient: 'Patient/1', changes: [], detail: {}, channels: [], traceparent: '', at: new Date() }
    await recordEvent(tx, { ...known, cause, type: 'document.depose', n: 1, resources })
  })

describe('what a message made again would change', () => {
  const [mine, later, last, door] = [newMessageId(), newMessageId(), newMessageId(), newMessageId()]
  const outcomes = async (held: readonly FhirResource[], ...made: [Kind, string][][]): Promise<string[][]> => {
    const changes = await compareWithStore(
      { db, store: storeOf(held) },
      made.map(one => remade(mine, one)),
    )
    return changes.map(some => some.map(({ resource, outcome, version }) => `${resource} ${outcome} ${version}`))
  }

  beforeAll(async () => {
    const acceptor = createAcceptor(db)
    for (const id of [mine, later, last]) await acceptor.accept(message({ id }))
    await tell(mine, 'DocumentReference/a/_history/1', 'DocumentReference/b/_history/1', 'Encounter/c/_history/1')
    await tell(mine, 'Observation/f/_history/1', 'Observation/g/_history/1')
    await tell(later, 'DocumentReference/a/_history/2', 'Encounter/c/_history/2', 'Observation/g/_history/3')
    await tell(door, 'DocumentReference/b/_history/2')
  })

  it('is what differs; a stay that a later message told, and what the door wrote since, are left', async () => {
    const held = [
      of('DocumentReference', 'a', '2', 'en'),
      of('DocumentReference', 'd', '4', 'fr'),
      of('Encounter', 'c', '2', 'en'),
      of('Observation', 'f', '3', 'en'),
      of('Observation', 'g', '3', 'en'),
    ]
    const ids: [Kind, string][] = [
      ['DocumentReference', 'a'],
      ['Encounter', 'c'],
      ['DocumentReference', 'd'],
      ['DocumentReference', 'e'],
      ['Observation', 'f'],
      ['Observation', 'g'],
    ]
    expect(await outcomes(held, ids)).toEqual([
      [
        'DocumentReference/a changed 2',
        'Encounter/c left 2',
        'DocumentReference/d unchanged 4',
        'DocumentReference/e created null',
        'Observation/f left 3',
        'Observation/g changed 3',
      ],
    ])
  })

  it('is left of a card that the door once changed, also under a version that a message wrote of it later: superseded it keeps what was changed', async () => {
    await tell(last, 'DocumentReference/b/_history/3')
    expect(await outcomes([of('DocumentReference', 'b', '3', 'en')], [['DocumentReference', 'b']])).toEqual([['DocumentReference/b left 3']])
  })

  it('is asked of the store once for many messages, type by type, and told to each of them', async () => {
    const held = [of('DocumentReference', 'a', '1', 'en'), of('Encounter', 'c', '1', 'fr')]
    asked.length = 0
    const found = await outcomes(held, [['DocumentReference', 'a']], [['Encounter', 'c']], [['DocumentReference', 'a']])
    expect(found).toEqual([['DocumentReference/a changed 1'], ['Encounter/c unchanged 1'], ['DocumentReference/a changed 1']])
    expect(asked).toEqual(['DocumentReference/_search', 'Encounter/_search'])
  })
})
