import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allows, beyond, ofContext, readScopes } from '../../../../gateway/access/callers/scopes.ts'

describe('scopes', () => {
  it.each([
    ['system/Patient.rs', 'Patient', 'r', true],
    ['system/Patient.crus', 'Patient', 's', true],
    ['system/Patient.r', 'Patient', 's', false],
    ['system/Patient.rs', 'Practitioner', 'r', false],
    ['user/Patient.rs', 'Patient', 'r', false],
    ['system/*.rs', 'Patient', 'r', false],
    ['system/Patient.sr', 'Patient', 'r', false],
    ['system/Patient.read', 'Patient', 'r', false],
  ] as const)('%s opens %s.%s: %s', (scope, type, interaction, isOpen) => {
    expect(allows({ scopes: readScopes(scope) }, type, interaction)).toBe(isOpen)
  })

  it.each([
    ['system/Patient.rs', 'system', true],
    ['system/Patient.rs', 'user', false],
    ['user/Patient.rs', 'user', true],
    ['user/Patient.rs', 'patient', false],
    ['patient/Patient.rs', 'patient', true],
    ['patient/Patient.rs', 'system', false],
  ] as const)('%s counts in a token of context %s: %s', (scope, context, isOpen) => {
    expect(allows({ scopes: readScopes(scope), context }, 'Patient', 'r')).toBe(isOpen)
    expect([...ofContext(readScopes(scope), context)]).toEqual(isOpen ? [scope] : [])
  })

  it.each(['c', 'u', 'd'] as const)('who breaks the glass does not write (%s), whatever his scopes', interaction => {
    const scopes = readScopes('user/CarePlan.cruds')
    expect(allows({ scopes, context: 'user', purpose: 'TREAT' }, 'CarePlan', interaction)).toBe(true)
    expect(allows({ scopes, context: 'user', purpose: 'BTG' }, 'CarePlan', interaction)).toBe(false)
    expect(allows({ scopes, context: 'user', purpose: 'BTG' }, 'CarePlan', 'r')).toBe(true)
  })

  it('several of one type add up', () => {
    expect(allows({ scopes: readScopes('system/Patient.r system/Patient.c') }, 'Patient', 'c')).toBe(true)
  })

  it.each([
    ['system/Patient.r', 'system/Patient.crus', []],
    ['system/Patient.rs system/Task.c', 'system/Patient.r system/Patient.s', ['system/Task.c']],
    ['system/Patient.d', 'system/Patient.crus', ['system/Patient.d']],
    ['system/Patient.', 'system/Patient.crus', ['system/Patient.']],
    ['hub/monitor', 'hub/monitor', []],
    ['hub/monitor', 'system/Patient.crus', ['hub/monitor']],
    ['system/*.rs', 'system/Patient.rs', ['system/*.rs']],
  ])('of %s, registered %s, too much is %j', (asked, registered, tooMuch) => {
    expect(beyond(readScopes(asked), readScopes(registered))).toEqual(tooMuch)
  })

  it('what is granted never opens more than what is registered', () => {
    const letters = fc.subarray(['c', 'r', 'u', 'd', 's'], { minLength: 1 }).map(all => all.join(''))
    const scope = fc
      .tuple(fc.constantFrom('system', 'user', 'patient'), fc.constantFrom('Patient', 'Task'), letters)
      .map(([context, type, all]) => `${context}/${type}.${all}`)
    const scopes = fc.array(scope, { maxLength: 4 }).map(all => new Set(all))
    fc.assert(
      fc.property(scopes, scopes, (asked, registered) => {
        fc.pre(beyond(asked, registered).length === 0)
        for (const type of ['Patient', 'Task']) {
          for (const interaction of ['c', 'r', 'u', 'd', 's'] as const)
            for (const context of ['system', 'user', 'patient'] as const)
              if (allows({ scopes: asked, context }, type, interaction)) expect(allows({ scopes: registered, context }, type, interaction)).toBe(true)
        }
      }),
    )
  })
})
