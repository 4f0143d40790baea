/*
  The mailboxes of a circle on a real ledger; the store is a stand-in that has every professional at hand.
*/
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createBreakers } from '../../../../gateway/breaker.ts'
import { mailboxesOf, type MailboxParts } from '../../../../gateway/fanout/members/member-mailbox.ts'
import type { Db } from '../../../../gateway/ledger/db.ts'
import { planEvents, settleDelivery } from '../../../../gateway/ledger/deliveries/deliveries.ts'
import { addReceipt } from '../../../../gateway/ledger/deliveries/receipts.ts'
import { recordEvent } from '../../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../../gateway/ledger/ids.ts'
import { SYSTEM } from '../../../../profiles/canonicals.ts'
import { TEST_INS } from '../../../support/cda.ts'
import { testIns } from '../../../support/letters.ts'
import { mailbox } from '../../../support/members.ts'
import { useLedger } from '../../ledger/support.ts'

const TRACE = '00-00000000000000000000000000000001-0000000000000001-01'

const { db } = await useLedger()

describe('mailboxes of a circle', () => {
  it('of whom a report said that he does not exist, the mailbox of his structure is taken; what is common to the members is asked once', async () => {
    await refuseAsUnknown('dr.3@test.mssante.fr')
    const asked = { reads: [] as string[], statements: 0 }
    const members = Array.from({ length: 20 }, (_, n) => `PractitionerRole/${n}`)
    const found = await mailboxesOf(countingParts(asked), members, TRACE)
    expect(found.get('PractitionerRole/2')).toMatchObject({ address: 'dr.2@test.mssante.fr', holder: 'Practitioner' })
    expect(found.get('PractitionerRole/3')).toMatchObject({ address: 'centre@test.mssante.fr', holder: 'Organization' })
    expect(asked.reads.filter(read => read === 'Organization/centre')).toHaveLength(1)
    expect(asked.statements).toBe(1)
  })

  it('a relative whose mailbox is said not to exist has a closed one, another his own', async () => {
    const [gone, there] = [testIns(810), testIns(820)]
    await refuseAsUnknown(`${gone}@patient.mssante.fr`)
    const found = await mailboxesOf(countingParts({ reads: [], statements: 0 }), [`RelatedPerson/${gone}`, `RelatedPerson/${there}`], TRACE)
    expect(found.get(`RelatedPerson/${gone}`)).toEqual({ lack: 'mailbox.closed' })
    expect(found.get(`RelatedPerson/${there}`)).toMatchObject({ address: `${there}@patient.mssante.fr`, kind: 'INS' })
  })
})

/** A mail went there and came back with 5.1.1. */
async function refuseAsUnknown(recipient: string): Promise<void> {
  const about = { person: randomUUID(), patient: `Patient/${randomUUID()}`, resources: [], changes: [], detail: {}, channels: ['mssante'] }
  await db.tx(async tx => {
    const { id } = await recordEvent(tx, { ...about, cause: newMessageId(), type: 'pps.publie', n: 1, traceparent: TRACE, at: new Date() })
    const planned = { recipient, level: 'minimal' as const, rule: 'circle.member', basis: {}, what: id, action: 'told', reference: id, laneKey: `out:${id}` }
    const [plan] = await planEvents(tx, [{ eventId: id, channel: 'mssante', recipients: [planned] }])
    if (plan?.state !== 'planned') throw new Error(plan?.state)
    for (const { deliveryId } of plan.deliveries) {
      await addReceipt(tx, { deliveryId, kind: 'dsn', outcome: 'failed', code: '550', cause: newMessageId(), detail: { status: '5.1.1' } })
      await settleDelivery(tx, deliveryId, { status: 'failed' })
    }
  })
}

function countingParts(asked: { reads: string[]; statements: number }): MailboxParts {
  const stored = async (type: string, id: string) => {
    asked.reads.push(`${type}/${id}`)
    if (type === 'RelatedPerson') {
      const kind = { coding: [{ system: SYSTEM.fr0203, code: 'INS-NIR-TEST' }] }
      return { resourceType: type, id, identifier: [{ type: kind, system: `urn:oid:${TEST_INS.root}`, value: id }] }
    }
    if (type === 'PractitionerRole')
      return { resourceType: type, id, practitioner: { reference: `Practitioner/${id}` }, organization: { reference: 'Organization/centre' } }
    return { resourceType: type, id, telecom: [mailbox(type === 'Organization' ? 'centre@test.mssante.fr' : `dr.${id}@test.mssante.fr`)] }
  }
  const counted: Db = {
    ...db,
    query: (...statement) => {
      asked.statements += 1
      return db.query(...statement)
    },
  }
  return { db: counted, store: { read: stored }, breakers: createBreakers(), connectors: {}, config: { connectors: {} } } as unknown as MailboxParts
}
