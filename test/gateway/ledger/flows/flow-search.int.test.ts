/*
  The search of flows on a real PostgreSQL: every filter finds the same before and after the roll-ups have seen what it looks for, page by page, with its total.
*/
import { beforeAll, describe, expect, test } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import { COUNTED_UP_TO, countFlows, findFlowIds, findRows } from '../../../../gateway/ledger/flows/flow-search.ts'
import type { FlowFilter } from '../../../../gateway/ledger/flows/flows.ts'
import { newMessageId } from '../../../../gateway/ledger/ids.ts'
import { rollUp } from '../../../../gateway/ledger/figures/rollup.ts'
import { message, useLedger } from '../support.ts'
import type { ArrivedMessage } from '../../../../gateway/ledger/acceptance/arrival.ts'

const { db } = await useLedger()

const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000)
const named = new Map<string, string>()

async function received(name: string, minutes: number, changes: Partial<ArrivedMessage> = {}): Promise<string> {
  const receivedAt = ago(minutes)
  const id = newMessageId(receivedAt)
  await createAcceptor(db).accept(message({ id, controlId: name, receivedAt, documentType: '34112-3', territory: '54395', ...changes }))
  named.set(id, name)
  return id
}

interface Sent {
  channel: string
  recipient: string
  status: string
  code?: string
}

async function sent(cause: string, { channel, recipient, status, code }: Sent): Promise<void> {
  const [event, delivery] = [newMessageId(), newMessageId()]
  await db.query(
    `insert into event (id, cause, type, n, person, sequence, patient, resources, changes, detail, traceparent, at)
     values ($1::uuid, $2::uuid, 'document.depose', (select count(*) + 1 from event where cause = $2::uuid), $1::uuid::text, 1, 'Patient/p1', '{}', '{}', '{}', '', clock_timestamp())`,
    [event, cause],
  )
  await db.query(
    `insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, code, settled_at, planned_at)
     values ($1::uuid, $2, $3, $4, $1::uuid::text, 'create', 'complet', 'sender.named', 'ref-' || $1::uuid::text, 'l', $5, $6::text, case when $6::text is not null and $5 = 'failed' then clock_timestamp() end,
       (select received_at from message where id = $7::uuid))`,
    [delivery, event, channel, recipient, status, code ?? null, cause],
  )
  await db.query(
    "insert into decision (event_id, channel, recipient, delivery_id, moment, level, rule, basis) values ($1, $2, $3, $4, 'plan', 'complet', 'sender.named', '{}')",
    [event, channel, recipient, delivery],
  )
}

const found = async (filter: FlowFilter): Promise<string[]> => (await findFlowIds(db, filter, 50)).map(id => named.get(id) ?? '?')

const CASES: [string, FlowFilter, string[]][] = [
  ['everything, newest first', {}, ['other', 'parked', 'refused', 'mailed', 'remarked', 'stay']],
  ['a document type', { documentType: '11488-4' }, ['refused', 'mailed']],
  ['the code of a refusal', { code: 'hl7v2.table_value' }, ['refused']],
  ['the code of a parked flow', { code: 'hub.defect' }, ['parked']],
  ['the code of a delivery that failed', { code: 'mssante.refused' }, ['mailed']],
  ['the code of a finding', { finding: 'ins.missing' }, ['remarked']],
  ['the place of a finding, without its number', { path: 'PID-3' }, ['remarked']],
  ['the place of an error', { path: 'OBX[1]-11' }, ['refused']],
  ['what came of a kind', { kind: 'stay' }, ['stay']],
  ['what went out by a channel', { kind: 'platform' }, ['remarked']],
  ['the place of a parked flow, without its number', { path: 'PV1-44' }, ['parked']],
  ['the code of a parked flow at its place', { code: 'hub.defect', path: 'PV1[1]-44' }, ['parked']],
  ['the code of a parked flow of a document type', { code: 'hub.defect', documentType: '34112-3' }, ['parked']],
  ['the code of a parked flow of another document type', { code: 'hub.defect', documentType: '11488-4' }, []],
  ['the code of a delivery that waits', { code: 'partner.unreachable' }, ['stay']],
  ['the code of a delivery that waits, by its channel', { code: 'partner.unreachable', kind: 'subscription' }, ['stay']],
  ['the code of a delivery that waits, by another channel', { code: 'partner.unreachable', kind: 'platform' }, []],
  ['whatever went out', { direction: 'out' }, ['mailed', 'remarked', 'stay']],
  ['a partner, whichever way', { partner: 'ch-2' }, ['other', 'remarked']],
  ['a partner who sent', { partner: 'ch-2', direction: 'in' }, ['other']],
  ['a mailbox that was sent to', { partner: 'dr.un@medecin.mssante.fr' }, ['mailed']],
  ['the domain of mailboxes', { partner: 'medecin.mssante.fr', direction: 'out' }, ['mailed']],
  ['the mailbox of a person is found by its domain alone', { partner: '123@patient.mssante.fr' }, []],
  ['several at once', { documentType: '11488-4', code: 'mssante.refused', kind: 'mssante', partner: 'medecin.mssante.fr', direction: 'out' }, ['mailed']],
  ['several of which none has all', { documentType: '34112-3', code: 'hl7v2.table_value' }, []],
  ['the bound of a viewer', { within: '35238' }, ['other']],
  ['the bound of a viewer who asks for another territory', { within: '35238', territory: '54395' }, []],
  ['a term within the bound of a viewer', { documentType: '34112-3', within: '35238' }, ['other']],
  ['a term of one sender', { documentType: '34112-3', sender: 'ch-2' }, ['other']],
  ['a term of refused ones', { documentType: '11488-4', status: 'refused' }, ['refused']],
  ['a term of one kind', { finding: 'ins.missing', kind: 'document' }, ['remarked']],
  ['a term of another kind', { finding: 'ins.missing', kind: 'stay' }, []],
  ['a term in a stretch of time', { documentType: '11488-4', from: ago(25), to: ago(15) }, ['refused']],
  ['a term of complete ones', { documentType: '34112-3', status: 'complete' }, []],
  ['a time before all time', { documentType: '11488-4', from: new Date(-1) }, ['refused', 'mailed']],
  ['a stretch of time', { from: ago(35), to: ago(15) }, ['refused', 'mailed']],
  ['a status', { status: 'parked' }, ['parked']],
  ['a refused one', { status: 'refused' }, ['refused']],
  ['a person, by what happened', { person: { patients: ['Patient/p1'], lanes: [] } }, ['mailed', 'remarked', 'stay']],
  ['a person, by the lane in which he waits', { person: { patients: [], lanes: ['lane of a person'] } }, ['parked']],
]

describe('the search', () => {
  beforeAll(async () => {
    const stay = await received('stay', 50, { format: 'hl7v2-movement' })
    await sent(stay, { channel: 'subscription', recipient: 'member', status: 'waiting', code: 'partner.unreachable' })
    const remarked = await received('remarked', 40, { findings: [{ code: 'ins.missing', severity: 'warning', path: 'PID[1]-3' }] })
    await sent(remarked, { channel: 'platform', recipient: 'ch-2', status: 'delivered' })
    const mailed = await received('mailed', 30, { documentType: '11488-4' })
    await sent(mailed, { channel: 'mssante', recipient: 'dr.un@medecin.mssante.fr', status: 'failed', code: 'mssante.refused' })
    await sent(mailed, { channel: 'mssante', recipient: '123@patient.mssante.fr', status: 'delivered' })
    await received('refused', 20, { documentType: '11488-4', refusedWith: [{ code: 'hl7v2.table_value', path: 'OBX[1]-11' }] })
    const parked = await received('parked', 10, { laneKey: 'lane of a person' })
    await db.query("update message set status = 'parked', code = 'hub.defect', path = 'PV1[1]-44' where id = $1", [parked])
    await received('other', 5, { sender: 'ch-2', territory: '35238' })
  })

  describe.each([
    ['before any roll-up', async () => void (await db.query("update rollup_until set until = clock_timestamp() - interval '2 hours'"))],
    [
      'behind the roll-ups',
      async () => {
        while (await rollUp(db));
      },
    ],
  ])('%s', (_, prepare) => {
    beforeAll(prepare)

    test.each(CASES)('finds %s', async (_name, filter, expected) => {
      expect(await found(filter)).toEqual(expected)
      expect(await countFlows(db, filter)).toEqual({ total: expected.length, totalIsExact: true })
    })
  })

  test('a Message-ID leads to its flow', async () => {
    const { rows } = await db.query<{ reference: string }>("select reference from delivery where recipient like 'dr.un@%'")
    expect(await found({ messageId: rows[0]?.reference ?? '' })).toEqual(['mailed'])
  })

  test('a page of a long stretch is filled also where every day has few', async () => {
    const { rows } = await db.query<{ until: Date }>(
      "update rollup_until set until = date_trunc('hour', clock_timestamp() - interval '9 days') returning until",
    )
    const first = rows[0]?.until ?? new Date()
    for (let day = 1; day < 7; day += 1)
      for (const hour of [1, 2])
        await received(`${day}-${hour}`, (Date.now() - first.getTime()) / 60_000 - day * 1440 - hour * 60, { sender: 'ch-few', territory: '44444' })
    while (await rollUp(db));
    expect(await found({ territory: '44444', from: ago(20 * 1440) })).toHaveLength(12)
    const page = await findRows(db, { from: ago(20 * 1440), to: ago(2 * 1440) }, { limit: 5 })
    expect(page.map(({ id }) => named.get(id))).toEqual(['6-2', '6-1', '5-2', '5-1', '4-2'])
    const paged: string[] = []
    for (let after: string | undefined; paged.length < 20; after = paged.at(-1)) {
      const next = await findRows(db, { territory: '44444', from: ago(20 * 1440) }, { limit: 2, ...(after === undefined ? {} : { after }) })
      if (next.length === 0) break
      paged.push(...next.map(({ id }) => id))
    }
    expect(paged).toHaveLength(12)
  })

  test('pages follow each other without loss or repeat, also where several streams meet', async () => {
    const seen: string[] = []
    let after: string | undefined
    for (;;) {
      const rows = await findRows(db, { partner: 'ch-2' }, { limit: 1, ...(after === undefined ? {} : { after }) })
      if (rows.length === 0) break
      after = rows[0]?.id
      seen.push(named.get(after ?? '') ?? '?')
    }
    expect(seen).toEqual(['other', 'remarked'])
  })

  test('a total beyond ten thousand is said to be beyond', async () => {
    await db.query(
      `insert into message (id, door, format, sender, control_id, sha256, size, status, traceparent, received_at)
       select overlay(flow_id_at(clock_timestamp())::text placing '7' || lpad(to_hex(n % 4096), 3, '0') from 15)::uuid, 'mllp', 'hl7v2', 'ch-many', n::text, '', 0, 'complete', '', clock_timestamp()
       from generate_series(1, 2) n`,
    )
    expect(await countFlows(db, { sender: 'ch-many' })).toEqual({ total: 2, totalIsExact: true })
    await db.query(
      `insert into message (id, door, format, sender, control_id, sha256, size, status, traceparent, received_at)
       select (left(flow_id_at(clock_timestamp())::text, 14) || '7abc-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'mllp', 'hl7v2', 'ch-many', n::text, '', 0, 'complete', '', clock_timestamp()
       from generate_series(1, ${COUNTED_UP_TO}) n`,
    )
    expect(await countFlows(db, { sender: 'ch-many' })).toEqual({ total: COUNTED_UP_TO, totalIsExact: false })
  })
})
