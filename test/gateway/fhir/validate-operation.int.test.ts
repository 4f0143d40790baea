import { createHash } from 'node:crypto'
import type { OperationOutcome } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { readSandbox, token } from '../../support/sandbox.ts'
import { example } from '../../profiles/fhir/instances.ts'

// $validate and bad bodies from outside, against the started stack.

const sandbox = readSandbox()
const PLAN = 'hub-careplan-ppcs'
const profileUrl = (id: string): string => `https://hub.e-parcours.example/fhir/StructureDefinition/${id}`

const bearer = await token(sandbox, 'dac')

const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${sandbox.fhir}${path}`, { method: 'POST', headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/fhir+json', ...headers }, body })

async function outcomeOf(reply: Response): Promise<OperationOutcome> {
  const outcome = (await reply.json()) as OperationOutcome
  expect(outcome.resourceType).toBe('OperationOutcome')
  return outcome
}

const findings = ({ issue }: OperationOutcome): string[] => issue.map(one => `${one.severity} ${one.code} ${one.expression?.[0]}`)
const errors = (outcome: OperationOutcome): string[] => findings(outcome).filter(finding => finding.startsWith('error'))
const plan = (changes: object = {}): Record<string, unknown> => ({ ...example(PLAN), ...changes })
const json = (value: unknown): string => JSON.stringify(value)

describe('$validate', () => {
  it('finds nothing wrong with a valid resource, sent as it is or among Parameters, at the type or at the base', async () => {
    const wrapped = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'mode', valueCode: 'create' },
        { name: 'resource', resource: plan() },
      ],
    }
    for (const [path, body] of [
      ['/CarePlan/$validate', plan()],
      ['/$validate', plan()],
      ['/CarePlan/$validate', wrapped],
      ['/$validate', wrapped],
    ] as const) {
      const reply = await post(path, json(body))
      expect(reply.status).toBe(200)
      expect(errors(await outcomeOf(reply))).toEqual([])
    }
  })

  it('answers 200 with the findings of both tiers at their elements', async () => {
    const { title: _title, author: _author, ...rest } = plan({ colour: 'red', created: '2026-02-30' })
    const reply = await post('/CarePlan/$validate', json(rest))
    expect(reply.status).toBe(200)
    const found = errors(await outcomeOf(reply))
    for (const finding of ['error structure CarePlan.colour', 'error value CarePlan.created']) expect(found).toContain(finding)
    const profiled = errors(await outcomeOf(await post('/CarePlan/$validate', json({ ...rest, colour: undefined, created: '2026-02-01' }))))
    expect(profiled).toEqual(expect.arrayContaining(['error required CarePlan.title', 'error invariant CarePlan']))
  })

  it('judges by exactly the profile named in the call, in the address or among the Parameters', async () => {
    const named = profileUrl('hub-careplan-pps')
    const wrapped = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'profile', valueUri: named },
        { name: 'resource', resource: plan() },
      ],
    }
    for (const reply of [
      await post(`/CarePlan/$validate?profile=${encodeURIComponent(named)}`, json(plan())),
      await post('/CarePlan/$validate', json(wrapped)),
    ]) {
      expect(errors(await outcomeOf(reply))).toEqual(['error required CarePlan.category'])
    }
    const unknown = await post(`/CarePlan/$validate?profile=${encodeURIComponent(profileUrl('hub-nothing'))}`, json(plan()))
    expect(errors(await outcomeOf(unknown))).toEqual(['error not-supported CarePlan'])
  })

  it('judges by the default profile of the type what claims none', async () => {
    const { meta: _meta, title: _title, ...bare } = plan()
    expect(errors(await outcomeOf(await post('/CarePlan/$validate', json(bare))))).toEqual(['error required CarePlan.title'])
  })

  it.each([
    ['CarePlan.text.div', { text: { status: 'generated', div: '<p>a</p>' } }],
    ['CarePlan.extension[0]', { extension: ['a'] }],
    ['CarePlan.author.reference', { author: { reference: '/' } }],
  ])('says what is wrong with %s, which the store cannot read', async (place, member) => {
    const reply = await post('/CarePlan/$validate', json(plan(member)))
    expect(reply.status).toBe(200)
    expect((await outcomeOf(reply)).issue.map(({ severity, expression }) => [severity, expression?.[0]])).toContainEqual(['error', place])
  })

  it('judges each entry of a bundle by its own profile, at its place', async () => {
    const { title: _title, ...untitled } = plan()
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [plan(), untitled].map(resource => ({ resource, request: { method: 'POST', url: 'CarePlan' } })),
    }
    for (const path of ['/$validate', '/Bundle/$validate'])
      expect(errors(await outcomeOf(await post(path, json(bundle)))), path).toEqual(['error required Bundle.entry[1].resource.title'])
  })

  it('speaks French to who asks for it, with the English beside', async () => {
    const { title: _title, ...untitled } = plan()
    const reply = await post('/CarePlan/$validate', json(untitled), { 'accept-language': 'fr-FR,fr;q=0.9,en;q=0.5' })
    expect(reply.headers.get('content-language')).toBe('fr')
    const [first] = (await outcomeOf(reply)).issue
    expect(first?.details?.text).toBe('Le profil exige cet élément.')
    expect(json(first?.details)).toContain('The profile requires this element.')
  })

  it('writes nothing', async () => {
    const value = createHash('sha1').update(String(process.hrtime.bigint())).digest('hex')
    await post('/CarePlan/$validate', json(plan({ identifier: [{ system: 'urn:oid:1.2.250.1.999.1', value }] })))
    const found = await fetch(`${sandbox.fhir}/CarePlan?identifier=${value}`, { headers: { authorization: `Bearer ${bearer}` } })
    expect(((await found.json()) as { total?: number }).total).toBe(0)
  })

  it('needs a token', async () => {
    expect((await fetch(`${sandbox.fhir}/CarePlan/$validate`, { method: 'POST', body: '{}' })).status).toBe(401)
  })

  it.each<[string, string | Uint8Array, number, string]>([
    ['no JSON', '{"resourceType":"CarePlan"', 400, 'invalid'],
    ['no UTF-8', Uint8Array.from([...Buffer.from('{"resourceType":"CarePlan","title":"'), 0xff, ...Buffer.from('"}')]), 400, 'invalid'],
    ['a key twice', '{"resourceType":"CarePlan","title":"a","title":"b"}', 400, 'invalid'],
    ['no resourceType', '{"title":"a"}', 400, 'invalid'],
    ['another resourceType', json({ resourceType: 'Task', status: 'draft', intent: 'order' }), 400, 'invalid'],
    ['a resource of 5 MB', json(plan({ title: 'A'.repeat(5 << 20) })), 413, 'too-costly'],
    ['a body above 25 MB', `"${'A'.repeat(26 << 20)}"`, 413, 'too-costly'],
    ['a hundred thousand levels', `{"resourceType":"CarePlan","extension":${'['.repeat(100_000)}`, 413, 'too-costly'],
    ['a bundle of ten thousand entries', json({ resourceType: 'Bundle', type: 'transaction', entry: Array(10_000).fill({}) }), 413, 'too-costly'],
  ])('refuses %s, and goes on', async (_what, body, status, code) => {
    const path = typeof body === 'string' && body.includes('"Bundle"') ? '/$validate' : '/CarePlan/$validate'
    const reply = await post(path, body)
    expect(reply.status).toBe(status)
    expect((await outcomeOf(reply)).issue[0]?.code).toBe(code)
    expect((await post('/CarePlan/$validate', json(plan()))).status).toBe(200)
  })

  it.each(['application/fhir+xml', 'application/fhir+json; charset=utf-16', 'application/fhir+json; fhirVersion=5.0'])('refuses %s', async type => {
    const reply = await post('/CarePlan/$validate', json(plan()), { 'content-type': type })
    expect(reply.status).toBe(415)
  })

  it('refuses a parameter that it does not have', async () => {
    const reply = await post('/CarePlan/$validate?foo=1', json(plan()))
    expect([reply.status, (await outcomeOf(reply)).issue[0]?.expression]).toEqual([400, ['foo']])
  })
})
