import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bundle, CarePlan, CareTeam, Consent, Subscription } from 'fhir/r4.js'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SUBSCRIPTION_EXTENSION, TOPIC } from '../../../profiles/tables/subscription-topics.ts'
import { planOf, visit } from '../../support/care.ts'
import { type CertificateFiles, makeAuthority } from '../../support/certificates.ts'
import { newPerson } from '../../support/care-house.ts'
import { eventually, readSandbox } from '../../support/sandbox.ts'
import { openSubscriber, type Subscriber } from '../../support/subscriber.ts'
import { circle, consent } from '../../support/support-requests.ts'
import { Vendor } from '../../support/vendor.ts'

// What subscribers of the started stack are told after a DAC has written a plan: by level, in order, nothing lost, nothing after a no.

const dataDir = process.env['HUB_DATA_DIR']
const folder = mkdtempSync(join(tmpdir(), 'hub-subscriber-'))

describe('a notification of a plan', () => {
  let ledger: pg.Client
  let dac: Vendor
  let gp: Vendor
  let social: Vendor
  let cpts: Vendor
  let patient: string
  let team: CareTeam & { id: string }
  let plan: CarePlan & { id: string }
  const opened: Subscriber[] = []

  beforeAll(async () => {
    const sandbox = readSandbox(dataDir)
    ledger = new pg.Client({ connectionString: sandbox.postgres })
    await ledger.connect()
    ;[dac, gp, social, cpts] = (await Promise.all(['dac', 'gp-portal', 'social', 'cpts'].map(name => Vendor.of(sandbox, name)))) as [
      Vendor,
      Vendor,
      Vendor,
      Vendor,
    ]
    const { patient: person, ifNoneExist } = newPerson()
    patient = `Patient/${(await dac.create(person, ifNoneExist)).id}`
    await dac.create(consent(patient, 'information', dac.structure))
    team = await dac.create(circle(patient, dac.structure, [{ member: dac.structure }, { member: gp.structure }, { member: social.structure }]))
  })
  afterAll(async () => {
    for (const one of opened) one.close()
    rmSync(folder, { recursive: true })
    await ledger.end()
  })

  async function subscriber(shown?: CertificateFiles): Promise<Subscriber> {
    const one = await openSubscriber(shown)
    opened.push(one)
    return one
  }

  interface Wanted {
    criteria?: string
    filter?: string
    content?: string
  }

  /** Out: its id, once it is active. */
  async function subscribe(vendor: Vendor, to: Subscriber, wanted: Wanted = {}): Promise<string> {
    const id = await ask(vendor, to, wanted)
    await eventually('an active subscription', async () => ((await vendor.read<Subscription>(`Subscription/${id}`)).status === 'active' ? true : undefined))
    return id
  }

  async function ask(vendor: Vendor, to: Subscriber, { criteria = `${TOPIC}pps.publie`, filter, content = 'id-only' }: Wanted): Promise<string> {
    const made = await vendor.send<Subscription>('POST', 'Subscription', {
      body: {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'Suivi des plans',
        criteria,
        ...(filter === undefined ? {} : { _criteria: { extension: [{ url: SUBSCRIPTION_EXTENSION.filter, valueString: filter }] } }),
        channel: {
          type: 'rest-hook',
          endpoint: to.endpoint,
          payload: 'application/fhir+json',
          _payload: { extension: [{ url: SUBSCRIPTION_EXTENSION.content, valueCode: content }] },
        },
      },
    })
    return made.body.id ?? ''
  }

  const has = (to: Subscriber, count: number): Promise<true> => eventually(`${count} events`, async () => (to.events().length >= count ? true : undefined))

  /** The rows of decision about this subscription, oldest first. */
  async function decisionsOf(subscription: string): Promise<{ level: string; rule: string; moment: string }[]> {
    const { rows } = await ledger.query<{ level: string; rule: string; moment: string }>(
      'select c.level, c.rule, c.moment from decision c join delivery d on d.id = c.delivery_id where d.action = $1 order by c.n',
      [`Subscription/${subscription}`],
    )
    return rows
  }

  async function nextVersion(title: string): Promise<void> {
    const { status, body } = await dac.put<CarePlan & { id: string }>({ ...plan, title, activity: [...(plan.activity ?? []), visit('tue', gp.structure)] })
    expect(status).toBe(200)
    plan = body
  }

  it('carries ids, or the whole as the store holds it, or what the social level shows, and nothing goes to who is not of the circle', async () => {
    const [ids, whole, some, none] = await Promise.all([subscriber(), subscriber(), subscriber(), subscriber()])
    await subscribe(gp, ids, { filter: `patient=${patient}` })
    await subscribe(gp, whole, { filter: `patient=${patient}`, content: 'full-resource' })
    await subscribe(social, some, { filter: `patient=${patient}`, content: 'full-resource' })
    const stranger = await subscribe(cpts, none, { filter: `patient=${patient}`, content: 'full-resource' })
    plan = await dac.create(
      planOf(patient, {
        author: { reference: dac.structure },
        careTeam: [{ reference: `CareTeam/${team.id}` }],
        activity: [visit('mon', social.structure), visit('mon', gp.structure)],
      }),
    )
    await Promise.all([has(ids, 1), has(whole, 1), has(some, 1)])
    const focus = `CarePlan/${plan.id}`
    expect(ids.events()[0]).toMatchObject({ number: 1, focus, person: patient })
    expect(ids.events()[0]?.bundle.entry?.[1]).toEqual({
      fullUrl: expect.stringMatching(new RegExp(`/fhir/${focus}$`)),
      request: { method: 'POST', url: 'CarePlan' },
      response: { status: '201' },
    })
    expect(whole.events()[0]?.bundle.entry?.[1]?.resource).toEqual(await gp.read(`CarePlan/${plan.id}`))
    const shown = some.events()[0]?.bundle.entry?.[1]?.resource as CarePlan | undefined
    expect(shown?.meta?.tag).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'SUBSETTED' })]))
    expect(shown?.activity?.flatMap(({ detail }) => detail?.performer ?? [])).toEqual([{ reference: social.structure }])
    expect(shown?.title).toBeUndefined()
    await eventually('the decision about a stranger', async () => ((await decisionsOf(stranger)).length > 0 ? true : undefined))
    expect(await decisionsOf(stranger)).toEqual([{ level: 'aucun', rule: 'circle.not-member', moment: 'plan' }])
    expect(none.events()).toEqual([])
  })

  it('of plain criteria comes when they are met as the subscriber sees the plan, and not otherwise', async () => {
    const [met, other, hidden] = await Promise.all([subscriber(), subscriber(), subscriber()])
    await subscribe(gp, met, { criteria: `CarePlan?patient=${patient}&status=active&category=PPCS` })
    await subscribe(gp, other, { criteria: `CarePlan?patient=${patient}&status=completed` })
    await subscribe(social, hidden, { criteria: `CarePlan?patient=${patient}&category=PPCS` })
    const last = await subscriber()
    await subscribe(gp, last, { filter: `patient=${patient}` })
    await nextVersion('Plan, critères')
    await Promise.all([has(met, 1), has(last, 1)])
    expect(other.events()).toEqual([])
    expect(hidden.events()).toEqual([])
  })

  it('by https reaches whoever shows a certificate of an authority of ours, and nobody else', async () => {
    const at = (name: string): string => join(dataDir ?? '.hub', 'secrets', name)
    const [to, other] = [await subscriber({ certFile: at('mail-tls.crt.pem'), keyFile: at('mail-tls.key.pem') }), await subscriber(makeAuthority(folder))]
    expect(to.endpoint).toMatch(/^https:/)
    await subscribe(gp, to, { filter: `patient=${patient}` })
    await nextVersion('Par https')
    await has(to, 1)
    expect(to.events()).toMatchObject([{ number: 1, focus: `CarePlan/${plan.id}` }])
    const refused = await ask(gp, other, { filter: `patient=${patient}` })
    const stored = await eventually('the refusal', async () => {
      const found = await gp.read<Subscription>(`Subscription/${refused}`)
      return found.status === 'error' ? found : undefined
    })
    expect(stored.error).toContain('certificate')
    expect(other.received).toEqual([])
  })

  it('waits while the receiver is away, and all come in their order once it is back', async () => {
    const to = await subscriber()
    const id = await subscribe(gp, to, { filter: `patient=${patient}` })
    to.answer(503)
    for (const title of ['Un', 'Deux', 'Trois']) await nextVersion(title)
    await eventually('a refused attempt', async () => (to.received.some(one => one.status === 503) ? true : undefined))
    to.answer(200)
    await has(to, 3)
    expect(to.events().map(one => one.number)).toEqual([1, 2, 3])
    const tried = to.received.filter(one => one.type === 'event-notification' && one.number === 1)
    expect(new Set(tried.map(one => one.text)).size).toBe(1)
    const status = await gp.send<Bundle>('GET', `Subscription/${id}/$status`)
    expect(JSON.stringify(status.body)).toContain('{"name":"events-since-subscription-start","valueString":"3"}')
  })

  it('ends with the subscription, also of what was queued', async () => {
    const to = await subscriber()
    const id = await subscribe(gp, to, { filter: `patient=${patient}` })
    to.answer(503)
    await nextVersion('Avant la fin')
    await eventually('a refused attempt', async () => (to.received.some(one => one.status === 503) ? true : undefined))
    expect((await gp.send('DELETE', `Subscription/${id}`)).status).toBe(200)
    to.answer(200)
    await eventually('the stop', async () => ((await decisionsOf(id)).some(one => one.rule === 'subscription.none') ? true : undefined))
    expect((await decisionsOf(id)).at(-1)).toEqual({ level: 'aucun', rule: 'subscription.none', moment: 'send' })
    expect(to.events()).toEqual([])
  })

  it('stops with an opposition, also of what was queued; the subscription stays, and after the withdrawal tells of new events only', async () => {
    const to = await subscriber()
    const id = await subscribe(gp, to, { filter: `patient=${patient}` })
    to.answer(503)
    await nextVersion('Avant l’opposition')
    await eventually('a refused attempt', async () => (to.received.some(one => one.status === 503) ? true : undefined))
    const opposition = consent(patient, 'opposition', dac.structure)
    const opposed = await dac.create<Consent>({
      ...opposition,
      provision: {
        ...opposition.provision,
        actor: [
          {
            role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] },
            reference: { reference: gp.structure },
          },
        ],
      },
    })
    to.answer(200)
    await eventually('the stop', async () => ((await decisionsOf(id)).some(one => one.moment === 'send') ? true : undefined))
    await nextVersion('Pendant l’opposition')
    await eventually('the decision', async () => ((await decisionsOf(id)).length >= 3 ? true : undefined))
    expect((await decisionsOf(id)).slice(1)).toEqual([
      { level: 'aucun', rule: 'consent.opposed', moment: 'send' },
      { level: 'aucun', rule: 'consent.opposed', moment: 'plan' },
    ])
    expect((await gp.read<Subscription>(`Subscription/${id}`)).status).toBe('active')
    const provision = { ...opposed.provision, period: { start: '2026-05-20', end: new Date(Date.now() - 60_000).toISOString() } }
    expect((await dac.put({ ...opposed, status: 'inactive' as const, provision })).status).toBe(200)
    await nextVersion('Après l’opposition')
    await has(to, 1)
    expect(to.events()).toHaveLength(1)
  })
})
