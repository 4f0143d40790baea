import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditEvent, Bundle, OperationOutcome, Parameters, Subscription } from 'fhir/r4.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SUBSCRIPTION_EXTENSION, TOPIC } from '../../../../profiles/tables/subscription-topics.ts'
import { eventually, readSandbox, token } from '../../../support/sandbox.ts'
import { openSubscriber, type Subscriber } from '../../../support/subscriber.ts'
import { Vendor } from '../../../support/vendor.ts'

// Subscriptions of clients of the started stack, managed by REST and greeted by the hub.

const dataDir = process.env['HUB_DATA_DIR']

describe('subscriptions by REST', () => {
  let subscriber: Subscriber
  let dac: Vendor
  let social: Vendor
  beforeAll(async () => {
    const sandbox = readSandbox(dataDir)
    subscriber = await openSubscriber()
    ;[dac, social] = await Promise.all([Vendor.of(sandbox, 'dac'), Vendor.of(sandbox, 'social')])
  })
  afterAll(() => subscriber.close())

  const onlyOf = (id: string) => ({ _criteria: { extension: [{ url: SUBSCRIPTION_EXTENSION.filter, valueString: `patient=Patient/${id}` }] } })
  /** About nobody: one about everybody would take the events of the other tests' persons, and their mails. */
  const wanted = (change: Partial<Subscription> = {}, channel: Partial<Subscription['channel']> = {}): Subscription => ({
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'Suivi des plans',
    criteria: `${TOPIC}pps.publie`,
    ...onlyOf(crypto.randomUUID()),
    channel: { type: 'rest-hook', endpoint: subscriber.endpoint, payload: 'application/fhir+json', ...channel },
    ...change,
  })
  const create = (vendor: Vendor, body: Subscription) => vendor.send<Subscription>('POST', 'Subscription', { body })
  const statusOf = async (vendor: Vendor, id: string | undefined): Promise<string | undefined> =>
    (await vendor.send<Subscription>('GET', `Subscription/${id}`)).body.status
  const settles = (vendor: Vendor, id: string | undefined, status: string): Promise<true> =>
    eventually(`Subscription ${status}`, async () => ((await statusOf(vendor, id)) === status ? true : undefined))
  const faultsOf = (outcome: unknown): (string | undefined)[][] => (outcome as OperationOutcome).issue.map(({ code, expression }) => [code, expression?.[0]])

  it('are requested, greeted with their secret, then active, and tell their state', async () => {
    const made = await create(dac, wanted({}, { header: ['Authorization: Bearer of-the-dac'] }))
    expect(made.status).toBe(201)
    expect(made.body.status).toBe('requested')
    expect(made.headers.get('etag')).toBe('W/"1"')
    expect(made.headers.get('location')).toMatch(new RegExp(`/fhir/Subscription/${made.body.id}$`))
    await settles(dac, made.body.id, 'active')
    const greeting = subscriber.received.find(one => one.text.includes(`Subscription/${made.body.id}`))
    expect(greeting).toMatchObject({ type: 'handshake', headers: { authorization: 'Bearer of-the-dac', 'content-type': 'application/fhir+json' } })
    expect(greeting?.bundle.type).toBe('history')
    const status = await dac.send<Bundle<Parameters>>('GET', `Subscription/${made.body.id}/$status`)
    expect(status.body.type).toBe('searchset')
    expect(status.body.entry?.[0]?.resource?.parameter).toEqual(
      expect.arrayContaining([
        { name: 'status', valueCode: 'active' },
        { name: 'type', valueCode: 'query-status' },
        { name: 'topic', valueCanonical: `${TOPIC}pps.publie` },
        { name: 'events-since-subscription-start', valueString: '0' },
      ]),
    )
  })

  it('to what happens to one person are noted for him, when made and when changed', async () => {
    const id = crypto.randomUUID()
    const made = await create(dac, wanted(onlyOf(id)))
    await dac.send('PUT', `Subscription/${made.body.id}`, { body: { ...made.body, status: 'off' } })
    const sandbox = readSandbox(dataDir)
    const url = `${sandbox.fhir}/AuditEvent?date=ge${new Date().toISOString().slice(0, 10)}&patient=Patient/${id}`
    const found = (await (await fetch(url, { headers: { authorization: `Bearer ${await token(sandbox, 'operator')}` } })).json()) as Bundle<AuditEvent>
    const events =
      found.entry?.flatMap(({ resource }) => (JSON.stringify(resource).includes(`Subscription/${made.body.id}`) ? (resource?.action ?? '') : [])) ?? []
    expect(events.sort()).toEqual(['C', 'U'])
  })

  it('whose endpoint does not take the handshake are in error, with the reason; asked for again they are greeted again', async () => {
    subscriber.answer(500)
    const made = await create(dac, wanted())
    await settles(dac, made.body.id, 'error')
    const broken = await dac.send<Subscription>('GET', `Subscription/${made.body.id}`)
    expect(broken.body.error).toMatch(/handshake/)
    subscriber.answer(200)
    const again = await dac.send<Subscription>('PUT', `Subscription/${made.body.id}`, { body: { ...wanted(), id: made.body.id } })
    expect([again.status, again.body.status, again.body.error]).toEqual([200, 'requested', undefined])
    await settles(dac, made.body.id, 'active')
  })

  it.each([
    'http://10.0.0.1/hook',
    'https://192.168.1.1/hook',
    'https://[::1]/hook',
    'https://[::ffff:10.0.0.1]/hook',
    'https://169.254.169.254/latest/meta-data',
    'http://127.0.0.2:8080/',
  ])('to %s are refused: it is no public network', async endpoint => {
    const refused = await create(dac, wanted({}, { endpoint }))
    expect([refused.status, faultsOf(refused.body)]).toEqual([422, [['business-rule', 'Subscription.channel.endpoint']]])
    expect(JSON.stringify(refused.body)).toContain('subscription.endpoint_private')
  })

  it('to the hub itself or its own parts are refused', async () => {
    const { hapi, http } = readSandbox(dataDir)
    for (const endpoint of [`${hapi}/Bundle`, `${http}/fhir`]) expect((await create(dac, wanted({}, { endpoint }))).status).toBe(422)
  })

  it.each<[string, string]>([
    ['Observation?status=final', 'not-supported'],
    [`${TOPIC}pps.lu`, 'not-supported'],
    ['Task?status=a&code=b&intent=c&priority=d&owner=e&requester=f', 'too-costly'],
  ])('with criteria %s are refused', async (criteria, code) => {
    const refused = await create(dac, wanted({ criteria }))
    expect([refused.status, faultsOf(refused.body)]).toEqual([422, [[code, 'Subscription.criteria']]])
  })

  it('about somebody unseen are taken like those about nobody', async () => {
    const [unseen, nobody] = [await create(social, wanted(onlyOf(crypto.randomUUID()))), await create(social, wanted(onlyOf('nobody')))]
    expect([unseen.status, nobody.status]).toEqual([201, 201])
  })

  it('are seen and managed by their own client alone', async () => {
    const made = await create(dac, wanted({ reason: 'Propre au DAC' }))
    const path = `Subscription/${made.body.id}`
    const absent = await social.send('GET', `Subscription/${crypto.randomUUID()}`)
    for (const [method, at, body] of [
      ['GET', path, undefined],
      ['GET', `${path}/$status`, undefined],
      ['PUT', path, { ...wanted(), id: made.body.id }],
      ['DELETE', path, undefined],
    ] as const) {
      const answer = await social.send(method, at, body === undefined ? {} : { body })
      expect([method, answer.status, faultsOf(answer.body)]).toEqual([method, absent.status, faultsOf(absent.body)])
    }
    const listed = await social.send<Bundle<Subscription>>('GET', 'Subscription?_count=200')
    expect(listed.body.entry?.some(entry => entry.resource?.id === made.body.id) ?? false).toBe(false)
    expect(await statusOf(dac, made.body.id)).not.toBe('off')
  })

  it('are found by status, criteria and address, page by page, and an unknown parameter is refused', async () => {
    const endpoint = `${subscriber.endpoint}/${crypto.randomUUID()}`
    for (const topic of ['appui.statut', 'encounter.sor', 'encounter.adm'])
      await create(dac, wanted({ criteria: `${TOPIC}${topic}`, status: 'off' }, { endpoint }))
    const search = (query: string) => dac.send<Bundle<Subscription>>('GET', `Subscription?url=${encodeURIComponent(endpoint)}${query}`)
    const first = await search('&_count=2')
    expect([first.body.total, first.body.entry?.length]).toEqual([3, 2])
    const next = first.body.link?.find(link => link.relation === 'next')?.url ?? ''
    const second = await dac.send<Bundle<Subscription>>('GET', next.slice(next.indexOf('Subscription')))
    expect(second.body.entry?.map(entry => entry.resource?.criteria)).toEqual([`${TOPIC}encounter.adm`])
    expect((await search(`&criteria=${encodeURIComponent(`${TOPIC}encounter.`)}`)).body.total).toBe(2)
    expect((await search('&status=off')).body.total).toBe(3)
    expect((await search('&status=active')).body.total).toBe(0)
    expect((await search('&colour=blue')).status).toBe(400)
  })

  it('are changed by the version that was read, and gone once deleted', async () => {
    const made = await create(dac, wanted())
    const path = `Subscription/${made.body.id}`
    const stale = await dac.send('PUT', path, { body: { ...wanted(), id: made.body.id, reason: 'Autre' }, headers: { 'If-Match': 'W/"99"' } })
    expect(stale.status).toBe(412)
    expect((await dac.send('DELETE', path)).status).toBe(200)
    expect((await dac.send('GET', path)).status).toBe(410)
    expect((await dac.send('PUT', path, { body: { ...wanted(), id: made.body.id } })).status).toBe(410)
    expect((await dac.send('DELETE', path)).status).toBe(200)
    expect((await dac.send('PUT', `Subscription/${crypto.randomUUID()}`, { body: { ...wanted(), id: crypto.randomUUID() } })).status).toBe(400)
  })

  it('are changed by one of those who read the same version, and stay deleted', async () => {
    const made = await create(dac, wanted({ status: 'off' }))
    const change = (reason: string, headers = {}) =>
      dac.send('PUT', `Subscription/${made.body.id}`, { body: { ...wanted({ status: 'off', reason }), id: made.body.id }, headers })
    const replies = await Promise.all(Array.from({ length: 8 }, (_, at) => change(`Suivi ${at}`, { 'If-Match': 'W/"1"' })))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)])
    await Promise.all([...Array.from({ length: 8 }, (_, at) => change(`Autre ${at}`)), dac.send('DELETE', `Subscription/${made.body.id}`)])
    expect((await dac.send('GET', `Subscription/${made.body.id}`)).status).toBe(410)
  })

  it('get a heartbeat while nothing happens', async () => {
    const made = await create(dac, wanted({}, { extension: [{ url: SUBSCRIPTION_EXTENSION.heartbeat, valueUnsignedInt: 1 }] }))
    await eventually('two heartbeats', async () => {
      const beats = subscriber.received.filter(one => one.type === 'heartbeat' && one.text.includes(`Subscription/${made.body.id}`))
      return beats.length >= 2 ? true : undefined
    })
    await dac.send('DELETE', `Subscription/${made.body.id}`)
  })

  it('are asked for by a batch as by themselves, and written by none', async () => {
    const made = await create(dac, wanted())
    const bundle = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ request: { method: 'GET', url: `Subscription/${made.body.id}` } }, { resource: wanted(), request: { method: 'POST', url: 'Subscription' } }],
    }
    const answer = await dac.send<Bundle>('POST', '', { body: bundle })
    expect(answer.body.entry?.map(entry => entry.response?.status)).toEqual(['200 OK', '405'])
    expect(answer.body.entry?.[0]?.resource?.id).toBe(made.body.id)
  })

  it('leave their secret in no log', async () => {
    const secret = crypto.randomUUID()
    const made = await create(dac, wanted({}, { header: [`Authorization: Bearer ${secret}`] }))
    await settles(dac, made.body.id, 'active')
    expect(readFileSync(join(dataDir ?? '', 'logs', 'hub.log'), 'utf8')).not.toContain(secret)
  })
})
