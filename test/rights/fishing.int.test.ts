/*
  Fishing for a person one may not see by reads, searches, page links and the monitor: every answer is the one that somebody who does not exist would get.
  Alone on the stack: whoever adds to the directory meanwhile changes what everybody may see of it between two questions.
*/
import { describe, expect, it } from 'vitest'
import { readSandbox } from '../support/sandbox.ts'
import type { Caller } from './callers.ts'
import { consentNamed, namedIn } from './consents.ts'
import { expectSame, FISHERS, type Fisher, fishingIn, idOf } from './fishers.ts'
import { READS, SEARCHES } from './questions.ts'
import { fill } from './same.ts'

const sandbox = readSandbox()

const fishing = await fishingIn(sandbox)

describe.each(FISHERS)('%s learns nothing of a person he may not see', fisher => {
  const same = (method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}): Promise<void> =>
    expectSame(fishing, subject =>
      fishing.callers[fisher].ask(method, fill(path, subject), {
        ...options,
        ...(options.body === undefined ? {} : { body: fill(String(options.body), subject) }),
      }),
    )

  it.concurrent.each(READS)('GET %s', async path => {
    await same('GET', path)
  })

  it.concurrent.each(['Patient/{patient}', 'CarePlan/{plan}', 'DocumentReference/{letter}', 'Patient/{patient}/$everything'])(
    'HEAD and conditional GET %s',
    async path => {
      await same('HEAD', path)
      await same('DELETE', path)
      await same('OPTIONS', path)
      await same('GET', path, { headers: { 'if-none-match': 'W/"1"' } })
      await same('GET', path, { headers: { 'if-modified-since': new Date().toUTCString() } })
      await same('GET', path, { headers: { 'if-modified-since': 'Thu, 01 Jan 2015 00:00:00 GMT' } })
      await same('GET', path, { headers: { accept: 'application/fhir+xml' } })
    },
  )

  it.concurrent.each(SEARCHES)('%s', async path => {
    await same('GET', path)
    await same('GET', path, { headers: { prefer: 'handling=lenient' } })
    const [type, query] = path.split('?')
    await same('POST', `${type}/_search`, { body: query, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  })
})

describe('what names nobody', () => {
  it.each([
    '_history',
    'Patient/_history',
    'CareTeam/_history?_count=200',
    'CareTeam/_history?_since=2020-01-01',
    'metadata',
    'Patient?_summary=count',
    'Task',
  ])('%s shows nothing of a person whom the caller may not see', async path => {
    const { plan, team, letter, consent, relative, measure, patient } = fishing.unseen
    for (const fisher of FISHERS) {
      const { text } = await fishing.callers[fisher].ask('GET', path)
      for (const id of [plan, team, letter, consent, relative, measure, patient]) expect(text.includes(id ?? '?'), `${fisher}: ${path}`).toBe(false)
    }
  })
})

describe('the versions of all circles', () => {
  it.each(['another person', 'another DAC'] as const)('show %s full pages to the end: none tells how many there are of others', async fisher => {
    const [found, totals] = [[] as unknown[], new Set<number>()]
    for (let at: string | undefined = 'CareTeam/_history?_count=1'; at !== undefined; ) {
      const { status, body, text } = await fishing.callers[fisher].ask('GET', at)
      at = body?.link?.find(({ relation }) => relation === 'next')?.url
      expect([status, body?.entry?.length ?? 0], text).toEqual([200, at === undefined && found.length === 0 ? (body?.entry?.length ?? 0) : 1])
      found.push(...(body?.entry ?? []))
      if (body?.total !== undefined) totals.add(body.total)
    }
    expect([...totals].filter(total => total !== found.length)).toEqual([])
  })
})

describe('the audit', () => {
  const ASKED = ['CarePlan/{plan}', 'Patient/{patient}', 'CarePlan?patient={patient}', 'CarePlan?_id={plan}', 'Patient?_id={patient},{visible}']

  it.each(['another DAC', 'a colleague'] as const)('tells %s of his own questions no more than the answers did', async fisher => {
    const caller = fishing.callers[fisher]
    await expectSame(fishing, async subject => {
      const asked: string[] = []
      for (const path of ASKED) asked.push((await caller.ask('GET', fill(path, subject))).headers.get('x-request-id') ?? '?')
      const answer = await caller.ask('GET', 'AuditEvent?date=ge2020-01-01&_count=200')
      // Others of his structure are at work meanwhile.
      const own = answer.body?.entry?.filter(one => asked.some(id => JSON.stringify(one).includes(id)))
      expect(own).toHaveLength(ASKED.length)
      return { ...answer, text: JSON.stringify(own) }
    })
  })

  it('tells a person who looked for him, and for nobody else', async () => {
    const { callers, unseen } = fishing
    await callers['another DAC'].ask('GET', fill('CarePlan?patient={visible},{patient}', unseen))
    const { text, body } = await callers['another person'].ask('GET', 'AuditEvent?date=ge2020-01-01&_count=200')
    expect(body?.entry?.length).toBeGreaterThan(0)
    expect(text).not.toContain(unseen['patient'])
  })
})

describe('page links', () => {
  const linkOf = async (caller: Caller): Promise<string> => {
    const page = await caller.ask('GET', `${fishing.seen.patient}/$everything?_count=1`)
    const next = page.body?.link?.find(({ relation }) => relation === 'next')
    if (next === undefined) throw new Error(`no further page: ${page.status}`)
    return next.url
  }

  it('of another caller are refused', async () => {
    const { callers } = fishing
    const url = await linkOf(callers['the DAC'])
    expect((await callers['the DAC'].ask('GET', url)).status).toBe(200)
    for (const fisher of FISHERS) expect((await callers[fisher].ask('GET', url)).status, fisher).toBe(403)
  })

  it('altered are refused', async () => {
    const url = await linkOf(fishing.callers['the DAC'])
    const altered = url.replace(/.{12}$/, tail => [...tail].reverse().join(''))
    expect((await fishing.callers['the DAC'].ask('GET', altered)).status).toBe(400)
  })

  it('bring nothing once the person has objected', async () => {
    const { setting, seen, callers } = fishing
    const url = await linkOf(callers['the doctor'])
    await setting.dac.create(consentNamed('deny:doctor', namedIn(setting, seen.patient)))
    const page = await callers['the doctor'].ask('GET', url)
    expect(page.status === 200 ? page.body?.entry : undefined).toBeUndefined()
    expect((await callers['the DAC'].ask('GET', seen.patient)).status).toBe(200)
  })
})

describe('the monitor answers no partner', () => {
  it.each([
    'decisions?person=Patient/{patient}',
    'why?recipient=dac&document=CarePlan/{plan}',
    'who-could-see?document=CarePlan/{plan}',
    'received?partner=dac&person=Patient/{patient}',
    'flows',
    'events',
  ])('%s', async path => {
    for (const fisher of FISHERS satisfies readonly Fisher[]) {
      const { status, text } = await fishing.callers[fisher].ask('GET', `${sandbox.http}/monitor/api/${fill(path, fishing.unseen)}`)
      expect([401, 403], `${fisher}: ${status}`).toContain(status)
      expect(text).not.toContain(idOf(fishing.person.patient))
    }
  })
})
