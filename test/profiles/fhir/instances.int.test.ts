import type { FhirResource } from 'fhir/r4.js'
import { afterAll, describe, expect, it } from 'vitest'
import { createValidator } from '../../../gateway/fhir/validate/validator.ts'
import { createHapiStore } from '../../../gateway/store/hapi.ts'
import type { Issue } from '../../../profiles/issues.ts'
import { readSandbox } from '../../support/sandbox.ts'
import { DOUBTS } from './faults/doubts.ts'
import type { Fault } from './faults/fault.ts'
import { PRODUCTION_VARIANTS, VARIANTS } from './faults/variants.ts'
import { example, examples, faults } from './instances.ts'

// Every example, variant, doubt and fault through both tiers: what is valid is accepted, what is not is refused at the element that is wrong. At the end: which tier catches what.

const caught = new Map<string, { form: number; profile: number; both: number }>()

const store = createHapiStore({ url: process.env['HUB_TEST_HAPI'] ?? readSandbox().hapi, timeoutMs: 120_000 })
const validator = createValidator({ store, environment: 'test' })

afterAll(async () => {
  await store.close()
  const rows = [...caught].map(
    ([profile, { form, profile: later, both }]) => `${profile.padEnd(40)}${String(form).padStart(8)}${String(later).padStart(10)}${String(both).padStart(8)}`,
  )
  process.stdout.write(`${[`${'faults caught by'.padEnd(40)}  tier 1    tier 2    both`, ...rows].join('\n')}\n`)
})

async function judge(resource: FhirResource, by = validator): Promise<{ form: Issue[]; profile: Issue[] }> {
  const candidate = { text: JSON.stringify(resource), resource, place: resource.resourceType }
  return { form: by.form(resource), profile: await by.profile(candidate) }
}

const told = (issues: Issue[], severity: Issue['severity']): string[] =>
  issues.filter(issue => issue.severity === severity).map(({ code, rule, expression }) => `${code} ${rule} at ${expression ?? '?'}`)

const isAt = (issue: Issue, { at, code }: Fault): boolean => {
  const expression = issue.expression ?? ''
  return issue.code === code && (expression === at || expression.startsWith(`${at}.`) || expression.startsWith(`${at}[`))
}

/** What is wrong with how a fault was judged; nothing when it was refused where it should be. */
async function misjudged(profile: string, fault: Fault, severity: Issue['severity']): Promise<string[]> {
  const { form, profile: later } = await judge(example(profile, fault.patch))
  const meets = (issues: Issue[]): boolean => issues.some(issue => issue.severity === severity && isAt(issue, fault))
  const [isFormFault, isProfileFault] = [meets(form), meets(later)]
  const count = caught.get(profile) ?? { form: 0, profile: 0, both: 0 }
  if (severity === 'error' && (isFormFault || isProfileFault)) {
    caught.set(profile, count)
    count[isFormFault ? (isProfileFault ? 'both' : 'form') : 'profile'] += 1
  }
  const errors = told([...form, ...later], 'error')
  const isRight = (isFormFault || isProfileFault) && (severity === 'error' || errors.length === 0)
  return isRight
    ? []
    : [
        `${fault.rule}: wants ${fault.code} at ${fault.at}, got ${told([...form, ...later], severity).join('; ')} ${severity === 'error' ? '' : errors.join('; ')}`,
      ]
}

async function each<T>(items: readonly T[], judged: (item: T) => Promise<string[]>): Promise<string[]> {
  const wrong: string[] = []
  for (const item of items) wrong.push(...(await judged(item)))
  return wrong
}

describe('what is valid', () => {
  it.each(examples)('the example of %s is accepted', async profile => {
    const { form, profile: later } = await judge(example(profile))
    expect(told([...form, ...later], 'error')).toEqual([])
  })

  it.each([
    ...Object.entries(VARIANTS).map(one => ['test', ...one] as const),
    ...Object.entries(PRODUCTION_VARIANTS).map(one => ['production', ...one] as const),
  ])('in %s, every variant of %s is accepted', async (environment, profile, variants) => {
    const by = createValidator({ store, environment })
    const wrong = await each(variants, async ([name, ...patch]) => {
      const { form, profile: later } = await judge(example(profile, patch), by)
      return told([...form, ...later], 'error').map(error => `${name}: ${error}`)
    })
    expect(wrong).toEqual([])
  })

  it.each(Object.entries(DOUBTS))('what is doubtful in %s is accepted with a warning at its place', async (profile, doubts) => {
    expect(await each(doubts, doubt => misjudged(profile, doubt, 'warning'))).toEqual([])
  })
})

describe('what is not', () => {
  it.each(Object.entries(faults))('every fault of %s is refused at the element that is wrong', async (profile, broken) => {
    expect(await each(broken, fault => misjudged(profile, fault, 'error'))).toEqual([])
  })
})
