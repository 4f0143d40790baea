import { describe, expect, it } from 'vitest'
import type { BusMessage } from '../../../gateway/bus/bus.ts'
import { type CloudEvent, readCloudEvent } from '../../../gateway/bus/cloud-event.ts'
import { routeOf } from '../../../gateway/fanout/routes/route.ts'
import type { Delivery } from '../../../gateway/ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../../../gateway/ledger/deliveries/events.ts'
import type { HubParts } from '../../../gateway/parts.ts'

const REGION = 'hub.partner.region'
const CABINET = 'hub.partner.cabinet'

/** What stands on a topic of an event that its partner sees whole. */
async function told(recipient: string, happened: Partial<StoredEvent>): Promise<CloudEvent['data']> {
  const published: BusMessage[] = []
  const parts = {
    config: { connectors: { platform: { topic: REGION } }, partners: [{ id: 'cabinet', finess: '540990033', topic: CABINET }] },
    breakers: { of: () => ({ run: (attempt: () => unknown) => attempt() }) },
    db: { query: async () => ({ rows: [{ last: '1' }] }) },
    bus: { publish: async (messages: BusMessage[]) => void published.push(...messages) },
    keys: { pseudonym: (value: string) => value },
  } as unknown as HubParts
  const event = {
    id: crypto.randomUUID(),
    person: 'p',
    patient: 'Patient/p1',
    sequence: 1,
    cause: crypto.randomUUID(),
    traceparent: 't',
    at: new Date(),
    ...happened,
  }
  const delivery = { id: 'd', channel: recipient === REGION ? 'platform' : 'subscription', recipient, level: 'complet' } as Delivery
  await routeOf(parts, delivery, event as StoredEvent).send(delivery, new AbortController().signal)
  return readCloudEvent(Buffer.from(published[0]?.value ?? '')).data
}

describe.each([
  ['the regional platform', REGION],
  ['a partner', CABINET],
])('the topic of %s', (_name, topic) => {
  it('says that accesses changed, and neither what was recorded nor where', async () => {
    const data = await told(topic, { type: 'consent.modifie', resources: ['Consent/c1/_history/1'], changes: ['opposition.recorded'] })
    expect(data).toMatchObject({ resources: [], changes: [] })
  })

  it('names no consent that was written with something else', async () => {
    const resources = ['CarePlan/p1/_history/2', 'Consent/c1/_history/1', 'Goal/g1/_history/1']
    const data = await told(topic, { type: 'pps.publie', resources, changes: ['goal.added'] })
    expect(data).toMatchObject({ resources: ['CarePlan/p1/_history/2', 'Goal/g1/_history/1'], changes: ['goal.added'] })
  })
})
