import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERRORS } from '../../profiles/errors.ts'
import { FINDING_ADVICE } from '../../profiles/tables/finding-advice.ts'
import { ODDITIES } from '../../profiles/tables/oddities.ts'
import { REFUSALS_IN_FRENCH } from '../../profiles/tables/refusal-advice.ts'

const READERS = ['hl7v2', 'cda', 'statements', 'transmission-to-transaction', 'adt-to-transaction'].map(name =>
  join(import.meta.dirname, '../../mappers', name),
)

describe('what a conformance report says', () => {
  it('every finding that a reader of messages and documents can make has its sentence in both languages', () => {
    const files = READERS.flatMap(folder =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts'))
        .map(name => join(folder, name)),
    )
    const made = files.flatMap(name =>
      [...readFileSync(name, 'utf8').matchAll(/(?:(?:code|finding): |find\()'([a-z0-9-]+\.[a-z0-9-]+)'/g)].map(([, code = '']) => code),
    )
    const findings = made.filter(code => !Object.hasOwn(ERRORS, code))
    expect(findings.length).toBeGreaterThan(30)
    expect([...new Set([...findings, ...ODDITIES])].filter(code => FINDING_ADVICE[code] === undefined)).toEqual([])
    for (const { en, fr } of Object.values(FINDING_ADVICE)) expect([en.length > 0, fr.length > 0, en !== fr]).toEqual([true, true, true])
  })

  it('every error that refuses a message has its sentence in French', () => {
    const refusals = Object.entries(ERRORS).filter(
      ([code, { kind }]) => kind === 'reject' && /^(hl7v2|movement|identity|sender|document|dmp|mss|insi)\./.test(code),
    )
    const silent = refusals.filter(([code, error]) => !('fr' in error) && REFUSALS_IN_FRENCH[code] === undefined && !code.endsWith('_not_yet'))
    expect(silent.map(([code]) => code)).toEqual([])
  })
})
