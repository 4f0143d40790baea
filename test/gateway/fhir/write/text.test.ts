import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Asked } from '../../../../gateway/fhir/write/asked.ts'
import { readPreference } from '../../../../gateway/fhir/write/answer.ts'
import { readCondition } from '../../../../gateway/fhir/write/conditions.ts'
import { currentOf } from '../../../../gateway/fhir/write/current.ts'
import { patched } from '../../../../gateway/fhir/write/patch.ts'
import { about, linksIn, personsOf, relinked } from '../../../../gateway/fhir/write/references.ts'
import { asShown, asStored, isSameContent, spliced } from '../../../../gateway/fhir/write/splice.ts'
import { demandConditions, keyOf, readIfMatch } from '../../../../gateway/fhir/write/single.ts'
import { HubError } from '../../../../profiles/errors.ts'

const WEIGHT = '{"resourceType":"Observation","meta":{"versionId":"9","lastUpdated":"x","profile":["p"]},"valueQuantity":{"value":71.00},"status":"final"}'

describe('the text of a client', () => {
  it('is stored under the id of the hub, without version and time, everything else as it was written', () => {
    expect(asStored(WEIGHT, 'a')).toBe('{"resourceType":"Observation","id":"a","meta":{"profile":["p"]},"valueQuantity":{"value":71.00},"status":"final"}')
  })

  it('is shown with the version and the time of the store', () => {
    const shown = asShown(asStored(WEIGHT, 'a'), { version: '2', at: new Date('2026-06-01T10:00:00.123Z') })
    expect(shown).toContain('"meta":{"versionId":"2","lastUpdated":"2026-06-01T10:00:00.123+00:00","profile":["p"]}')
    expect(shown).toContain('71.00')
  })

  it('a member that is changed, taken away or added changes nothing else, whatever the object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), fc.option(fc.jsonValue(), { nil: undefined }), (held, key, value) => {
        const expected: Record<string, unknown> = { ...JSON.parse(JSON.stringify(held)) }
        if (value === undefined) delete expected[key]
        else Object.defineProperty(expected, key, { value: JSON.parse(JSON.stringify(value)), enumerable: true, configurable: true, writable: true })
        expect(JSON.parse(spliced(JSON.stringify(held), { [key]: value === undefined ? undefined : JSON.stringify(value) }))).toEqual(expected)
      }),
    )
  })

  it('is the same content in another order and under another version, but not with another precision', () => {
    expect(isSameContent(WEIGHT, '{"resourceType":"Observation","status":"final","valueQuantity":{"value":71.00},"meta":{"profile":["p"]}}')).toBe(true)
    expect(isSameContent(WEIGHT, WEIGHT.replace('71.00', '71.0'))).toBe(false)
  })
})

describe('Prefer', () => {
  it.each([
    ['return=minimal', 'minimal'],
    ['return="minimal"', 'minimal'],
    ['Return = Minimal', 'minimal'],
    ['handling=lenient, return=OperationOutcome', 'OperationOutcome'],
    ['respond-async; return="representation"', 'representation'],
    ['noreturn=minimal', 'representation'],
    ['return=minimalist', 'representation'],
    [undefined, 'representation'],
  ])('%s asks for %s (RFC 7240)', (prefer, expected) => {
    expect(readPreference(prefer)).toBe(expected)
  })
})

describe('whom it is about', () => {
  const subject = { resourceType: 'Task', for: { reference: 'Patient/a' } }

  it('is said of a refusal', () => {
    expect(about(new HubError('fhir.level'), [subject, undefined]).persons).toEqual(['Patient/a'])
  })

  it('is not said of an error that others may be told as well', () => {
    expect(about(new HubError('store.unavailable', { dependency: 'hapi' }), [subject]).persons).toEqual([])
  })
})

describe('references', () => {
  const text =
    '{"resourceType":"DocumentReference","masterIdentifier":{"value":"urn:uuid:1"},"subject":{"reference":"urn:uuid:1"},"content":[{"attachment":{"url":"urn:uuid:2"}}],"description":"\\"reference\\": urn:uuid:1"}'

  it('and addresses that name an entry are replaced where they stand; identifiers and texts are not', () => {
    const targets = new Map([
      ['urn:uuid:1', 'Patient/a'],
      ['urn:uuid:2', 'Binary/b'],
    ])
    const now = relinked(text, value => targets.get(value))
    expect(JSON.parse(now)).toMatchObject({
      masterIdentifier: { value: 'urn:uuid:1' },
      subject: { reference: 'Patient/a' },
      content: [{ attachment: { url: 'Binary/b' } }],
      description: '"reference": urn:uuid:1',
    })
  })

  it('of the narrative that name an entry are replaced as well (R4, transaction), and nothing else of it', () => {
    const div = `<div xmlns="http://www.w3.org/1999/xhtml"><a href="urn:uuid:1">urn:uuid:1</a><img alt='' src='urn:uuid:2'/><a href="urn:uuid:3">é</a></div>`
    const now = relinked(
      JSON.stringify({ text: { div }, note: 'href=\\"urn:uuid:1\\"' }),
      value => ({ 'urn:uuid:1': 'Goal/a', 'urn:uuid:2': 'Binary/b' })[value],
    )
    expect(JSON.parse(now)).toEqual({
      text: { div: div.replace('href="urn:uuid:1"', 'href="Goal/a"').replace("src='urn:uuid:2'", "src='Binary/b'") },
      note: 'href=\\"urn:uuid:1\\"',
    })
  })

  it('are found with the element that holds them', () => {
    expect(linksIn({ participant: [{}, { member: { reference: 'Patient/1' } }], contained: [{ subject: { reference: '#x' } }] })).toEqual([
      { value: 'Patient/1', element: 'participant[1].member' },
      { value: '#x', element: 'contained[0].subject' },
    ])
  })

  it('say which persons a resource is about', () => {
    expect(personsOf({ resourceType: 'Task', id: 't', for: { reference: 'Patient/1/_history/2' } })).toEqual(['Patient/1'])
    expect(personsOf({ resourceType: 'Patient', id: '2' })).toEqual(['Patient/2'])
    expect(personsOf({ resourceType: 'Group', id: '2', subject: { reference: 'Group/1' } })).toEqual([])
  })
})

describe('a condition', () => {
  it.each(['identifier=s|v', '?identifier=s|v', 'Patient?identifier=s|v', 'http://hub/fhir/Patient?identifier=s|v'])('may be written %s', written => {
    expect(readCondition(written, 'Patient', 'If-None-Exist')).toBe('identifier=s%7Cv')
  })

  it('may hold a question mark of its own', () => {
    expect(readCondition('Patient?identifier=http://old?a|v', 'Patient', 'If-None-Exist')).toBe('identifier=http%3A%2F%2Fold%3Fa%7Cv')
    expect(readCondition('identifier=http://old?a|v', 'Patient', 'If-None-Exist')).toBe('identifier=http%3A%2F%2Fold%3Fa%7Cv')
  })

  it.each([
    '_summary=count',
    '_count=0',
    '_elements=id',
    '_summary=text',
    '_total=none',
    '_sort=_id',
    '_include=Patient:link',
    '_revinclude=Provenance:target',
  ])('holds no word on how matches are shown: %s would have what is met counted, or judged by a part of it', shape => {
    const path = shape.split('=')[0]
    expect(() => readCondition(`identifier=s|v&${shape}`, 'Patient', 'If-None-Exist')).toThrowError(
      expect.objectContaining({ code: 'fhir.parameter_unknown', path }),
    )
  })

  it('is read, however long it is: in the square of its length a test would be given up', () => {
    const long = 'a'.repeat(500_000)
    expect(readCondition(`identifier=${long}`, 'Patient', 'If-None-Exist')).toBe(`identifier=${long}`)
  })

  it.each(['', 'Patient?', 'Organization?identifier=s|v', 'identifier='])('%s is none for a Patient', written => {
    expect(() => readCondition(written, 'Patient', 'If-None-Exist')).toThrowError(/fhir.request at If-None-Exist/)
  })

  it.each([
    ['W/"3"', '3'],
    ['"3"', '3'],
    ['W/"3", W/"3"', '3'],
    ['3', '3'],
    [undefined, undefined],
  ])('If-Match %s names version %s', (sent, version) => {
    expect(readIfMatch(sent)).toBe(version)
  })
})

describe('a repeat is known', () => {
  const sha = Buffer.from('a')
  const other = Buffer.from('b')
  const create = (identifier: object[], type: Asked['type'] = 'Goal'): Asked =>
    ({ verb: 'create', type, text: '', resource: { resourceType: type, identifier }, place: type, position: 0 }) as unknown as Asked
  const update = (ifMatch: string | undefined): Asked => ({
    ...create([{ system: 's', value: 'v' }]),
    verb: 'update',
    id: 'x',
    ...(ifMatch === undefined ? {} : { ifMatch }),
  })

  it('as a creation by its first complete identifier, whatever its bytes; without one by nothing', () => {
    expect(keyOf('c', create([{ value: 'x' }, { system: 's', value: 'v' }]), sha)).toBe(keyOf('c', create([{ system: 's', value: 'v' }]), other))
    expect(keyOf('c', create([{ system: 's', value: 'v' }]), sha)).not.toBe(keyOf('d', create([{ system: 's', value: 'v' }]), sha))
    expect(keyOf('c', create([{ value: 'x' }]), sha)).toBeUndefined()
  })

  it('as a person by its bytes too: other traits are no duplicate', () => {
    expect(keyOf('c', create([{ system: 's', value: 'v' }], 'Patient'), sha)).not.toBe(keyOf('c', create([{ system: 's', value: 'v' }], 'Patient'), other))
  })

  it('as an update by id, If-Match and bytes; without If-Match by nothing', () => {
    expect(keyOf('c', update('1'), sha)).not.toBe(keyOf('c', update('1'), other))
    expect(keyOf('c', update('1'), sha)).not.toBe(keyOf('c', update('2'), sha))
    expect(keyOf('c', update(undefined), sha)).toBeUndefined()
  })
})

describe('a JSON patch', () => {
  const stored = currentOf(
    '{"resourceType":"Task","id":"t","meta":{"versionId":"3"},"status":"requested","input":[{"valueDecimal":1.00}],"output":[{"valueDecimal":2.50}]}',
  )
  const patch = (...operations: object[]): string => patched(stored, { type: 'Task', place: 'Task', text: JSON.stringify(operations) })

  it('changes the members it may, and keeps the text of every number', () => {
    const now = patched(stored, {
      type: 'Task',
      place: 'Task',
      text: '[{"op":"replace","path":"/status","value":"received"},{"op":"add","path":"/output/-","value":{"valueDecimal":3.10}}]',
    })
    expect(JSON.parse(now)).toMatchObject({ status: 'received' })
    expect(now).toContain('"input":[{"valueDecimal":1.00}]')
    expect(now).toContain('"output":[{"valueDecimal":2.50},{"valueDecimal":3.10}]')
  })

  it('whose copies copy what copies made is too large, and so is one of very many operations', () => {
    const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '/output', path: '/output/-' }))
    expect(() => patch(...doubling)).toThrowError(/fhir.too_large/)
    expect(() => patch(...Array.from({ length: 1001 }, () => ({ op: 'replace', path: '/status', value: 'received' })))).toThrowError(/fhir.too_large/)
    expect(JSON.parse(patch({ op: 'copy', from: '/output/0', path: '/output/-' }))).toMatchObject({ output: [{ valueDecimal: 2.5 }, { valueDecimal: 2.5 }] })
  })

  it.each(['\u00011e-999999999', '\u00010}],"owner', { '\u0001status': 1 }])('takes no text for JSON, whatever it begins with: %j', value => {
    expect(() => patch({ op: 'add', path: '/output/-', value })).toThrowError(/fhir.invalid/)
  })

  it.each<[string, object[], object]>([
    ['of nothing changes nothing', [], {}],
    ['tests numbers by their value', [{ op: 'test', path: '/output/0/valueDecimal', value: 2.5 }], {}],
    ['tests objects whatever their order', [{ op: 'test', path: '/output/0', value: { valueDecimal: 2.5 } }], {}],
    ['takes a list away with its last element', [{ op: 'remove', path: '/output/0' }], { output: undefined }],
    [
      'moves within what is left',
      [
        { op: 'copy', from: '/output/0', path: '/output/0' },
        { op: 'move', from: '/output/0', path: '/output/1' },
      ],
      { output: [{ valueDecimal: 2.5 }, { valueDecimal: 2.5 }] },
    ],
  ])('%s (RFC 6902)', (_what, operations, change) => {
    expect(JSON.parse(patch(...operations))).toEqual({ ...JSON.parse(stored.text), ...change })
  })

  it.each([
    ['tests other numbers', { op: 'test', path: '/output/0/valueDecimal', value: 2.51 }],
    ['has a zero before its index', { op: 'add', path: '/output/01', value: {} }],
    ['moves behind the end', { op: 'move', from: '/output/0', path: '/output/1' }],
    ['moves into itself', { op: 'move', from: '/output/0', path: '/output/0/valueString' }],
    ['moves what is not there', { op: 'move', from: '/output/7', path: '/output/0' }],
    ['begins without its stroke', { op: 'copy', from: 'x/output/0', path: '/output/-' }],
    ['has a tilde before nothing', { op: 'add', path: '/output/0/a~2', value: 'x' }],
    ['makes a list of none', { op: 'replace', path: '/output/-', value: {} }],
  ])('that %s is none (RFC 6901, 6902)', (_what, operation) => {
    expect(() => patch(operation)).toThrowError(/fhir.invalid/)
  })

  it.each([null, true, ['/status']])('that comes from %j is none', from => {
    expect(() => patch({ op: 'copy', from, path: '/status' })).toThrowError(/fhir.invalid/)
  })

  it.each([[{ op: 'replace', path: '/for', value: {} }], [{ op: 'move', path: '/note', from: '/input' }], [{ op: 'replace', path: '', value: {} }]])(
    'of another element is refused as not served: %j',
    operation => {
      expect(() => patch(operation)).toThrowError(/fhir.method/)
    },
  )

  it.each([
    [{ op: 'test', path: '/status', value: 'draft' }, 'Task.status'],
    [{ op: 'remove', path: '/note' }, 'Task.note'],
    [{ op: 'replace', path: '/output/1/a name', value: 1 }, 'Task.output[1]'],
    [{ op: 'copy', from: '/note/0', path: '/output/-' }, 'Task.output'],
    [{ path: '/status' }, 'Task'],
  ])('that does not fit is refused, at its element: %j', (operation, expression) => {
    const issues = [expect.objectContaining({ rule: 'patch.unfit', expression })]
    expect(() => patch(operation)).toThrowError(expect.objectContaining({ code: 'fhir.invalid', issues }))
  })
})

describe('If-Match', () => {
  const change = (type: 'CareTeam' | 'CarePlan'): Asked => ({
    verb: 'update',
    type,
    id: 'a',
    text: '',
    resource: { resourceType: 'CareTeam' },
    place: type,
    position: 0,
  })

  it.each([
    ['CareTeam', undefined, 'fhir.if_match_missing'],
    ['CarePlan', 'cds', 'fhir.if_match_missing'],
  ] as const)('is demanded of a change of %s from a client that speaks %s', (type, guide, code) => {
    expect(() => demandConditions(change(type), { guide })).toThrowError(code)
  })

  it('is not demanded of a CareTeam from a client that speaks Cercle de soins alone', () => {
    expect(() => demandConditions(change('CareTeam'), { guide: 'cds' })).not.toThrow()
  })
})
