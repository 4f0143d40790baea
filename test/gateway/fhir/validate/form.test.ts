import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkForm } from '../../../../gateway/fhir/validate/form.ts'
import { NEGATION } from '../../../../mappers/statements/values/negation.ts'
import { ANSWERS, BINARY, CARE_PLAN, OBSERVATION, PATIENT, RESOURCES, TRANSACTION } from '../../../support/resources.ts'

/** A copy with one change; `undefined` takes the member away. */
function changed(resource: object, path: string, value: unknown): unknown {
  const copy = structuredClone(resource) as Record<string, unknown>
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  let at = copy
  for (const step of steps) at = at[step] as Record<string, unknown>
  if (value === undefined) delete at[last]
  else at[last] = value
  return JSON.parse(JSON.stringify(copy))
}

const found = (resource: unknown): string[] => checkForm(resource).map(issue => `${issue.code} ${issue.rule} ${issue.expression}`)

const div = (inner: string): string => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`

describe('the form of a resource', () => {
  it('that a document denies is sound: who read it can write it back', () => {
    expect(found({ ...OBSERVATION, modifierExtension: [NEGATION] })).toEqual([])
  })

  it('holds no number beyond those a machine counts', () => {
    const text = JSON.stringify({ ...OBSERVATION, valueQuantity: { value: 7 } }).replace('"value":7', '"value":1e400')
    expect(found(JSON.parse(text))).toEqual(['value value.decimal Observation.value.value'])
  })

  it('with very many faults is judged by the first of them', () => {
    const issues = checkForm({ ...PATIENT, identifier: Array(40_000).fill(1), name: Array(40_000).fill({ x: 1 }) })
    expect(issues.length).toBe(200)
  })

  it.each(RESOURCES.map(resource => [resource.resourceType, resource] as const))('of a sound %s has no finding', (_type, resource) => {
    expect(checkForm(resource)).toEqual([])
  })

  it.each<[string, object, string, unknown, string[]]>([
    ['an unknown element', CARE_PLAN, 'activity.0.detail.colour', 'red', ['structure element.unknown CarePlan.activity[0].detail.colour']],
    ['a member that is no name, so maybe a value: its object is the place', PATIENT, 'name.0.Mme Exemple', 'x', ['structure element.unknown Patient.name[0]']],
    ['one where many may be', CARE_PLAN, 'careTeam', { reference: 'CareTeam/1' }, ['structure element.type CarePlan.careTeam']],
    ['many where one may be', CARE_PLAN, 'subject', [{ reference: 'Patient/1' }], ['structure element.type CarePlan.subject']],
    ['a number for a text', CARE_PLAN, 'title', 12, ['structure element.type CarePlan.title']],
    ['a text for a number', OBSERVATION, 'valueQuantity.value', '71.5', ['structure element.type Observation.value.value']],
    ['a text for true or false', PATIENT, 'active', 'true', ['structure element.type Patient.active']],
    ['null', PATIENT, 'gender', null, ['structure element.type Patient.gender']],
    ['a fraction for a whole number', PATIENT, 'multipleBirthInteger', 1.5, ['structure element.type Patient.multipleBirth']],
    ['a whole number out of range', PATIENT, 'multipleBirthInteger', 2 ** 31, ['value value.integer Patient.multipleBirth']],
    ['two types of one choice', OBSERVATION, 'valueString', 'lourd', ['structure choice.several Observation.value']],
    ['two types of one choice, one by its extension only', OBSERVATION, '_valueString', { id: 'a' }, ['structure choice.several Observation.value']],
    ['no status', CARE_PLAN, 'status', undefined, ['required element.required CarePlan.status']],
    ['no subject', CARE_PLAN, 'subject', undefined, ['required element.required CarePlan.subject']],
    ['no status deep inside', CARE_PLAN, 'activity.0.detail.status', undefined, ['required element.required CarePlan.activity[0].detail.status']],
    ['an extension without url', PATIENT, '_birthDate.extension.0.url', undefined, ['required element.required Patient.birthDate.extension[0].url']],
    ['an unknown code', CARE_PLAN, 'status', 'ongoing', ['code-invalid code.unknown CarePlan.status']],
    ['an empty list', CARE_PLAN, 'activity', [], ['structure element.empty CarePlan.activity']],
    ['an empty object', CARE_PLAN, 'period', {}, ['structure element.empty CarePlan.period']],
    ['an empty text', CARE_PLAN, 'title', '', ['value value.string CarePlan.title']],
    ['a blank text', CARE_PLAN, 'title', ' \n', ['value value.string CarePlan.title']],
    ['a control character', CARE_PLAN, 'title', 'a\u0000b', ['value value.string CarePlan.title']],
    ['half a character', CARE_PLAN, 'title', 'a\ud800b', ['value value.string CarePlan.title']],
    ['a null where nothing takes its place', PATIENT, 'name.0.given', ['Claire', null, null], ['structure element.null Patient.name[0].given']],
    [
      'a modifier extension',
      CARE_PLAN,
      'modifierExtension',
      [{ url: 'http://example.org/not', valueBoolean: true }],
      ['structure modifier.unknown CarePlan.modifierExtension'],
    ],
    ['rules that the hub does not know', CARE_PLAN, 'implicitRules', 'http://x.y/rules', ['structure modifier.unknown CarePlan.implicitRules']],
    ['the negation of the hub where it has no meaning', CARE_PLAN, 'modifierExtension', [NEGATION], ['structure modifier.unknown CarePlan.modifierExtension']],
    [
      'the negation of the hub beside another modifier extension',
      OBSERVATION,
      'modifierExtension',
      [NEGATION, { url: 'http://example.org/not', valueBoolean: true }],
      ['structure modifier.unknown Observation.modifierExtension'],
    ],
    ['a date that does not exist', PATIENT, 'birthDate', '2025-02-29', ['value value.date Patient.birthDate']],
    ['a date in French order', PATIENT, 'birthDate', '28/03/1979', ['value value.date Patient.birthDate']],
    ['a time without a zone', CARE_PLAN, 'created', '2026-06-01T08:00:00', ['value value.dateTime CarePlan.created']],
    [
      'an address elsewhere that is none of a resource',
      CARE_PLAN,
      'author',
      { reference: 'http://other/somebody' },
      ['value reference.form CarePlan.author.reference'],
    ],
    [
      'one that is too long',
      CARE_PLAN,
      'author',
      { reference: `http://${'o'.repeat(200)}/Organization/1` },
      ['value reference.form CarePlan.author.reference'],
    ],
    [
      'a canonical that is too long',
      CARE_PLAN,
      'instantiatesCanonical',
      [`http://${'o'.repeat(200)}`],
      ['value value.canonical CarePlan.instantiatesCanonical[0]'],
    ],
    ['a second behind the last one', CARE_PLAN, 'created', '2026-06-01T08:00:60Z', ['value value.dateTime CarePlan.created']],
    ['an instant without seconds', OBSERVATION, 'effectiveInstant', '2026-05-30T09:00Z', ['value value.instant Observation.effective']],
    ['an id with a blank', CARE_PLAN, 'id', 'plan 1', ['value value.id CarePlan.id']],
    ['an id of 65 characters', CARE_PLAN, 'id', 'a'.repeat(65), ['value value.id CarePlan.id']],
    ['a URI with a blank', OBSERVATION, 'code.coding.0.system', 'http://loinc .org', ['value value.uri Observation.code.coding[0].system']],
    ['no base64', BINARY, 'data', 'JVBERi0xLjQ', ['value value.base64Binary Binary.data']],
    ['a reference to another type', CARE_PLAN, 'subject.reference', 'Task/1', ['structure reference.target CarePlan.subject']],
    [
      'a reference elsewhere to another type',
      CARE_PLAN,
      'subject.reference',
      'https://partenaire.example/fhir/Task/1',
      ['structure reference.target CarePlan.subject'],
    ],
    ['a reference to no type of R4', CARE_PLAN, 'subject.reference', 'Person2/1', ['value reference.form CarePlan.subject.reference']],
    ['a reference that says another type than it leads to', CARE_PLAN, 'author.type', 'Patient', ['structure reference.target CarePlan.author']],
    ['a reference that is none', CARE_PLAN, 'subject.reference', 'Mme Exemple', ['value reference.form CarePlan.subject.reference']],
    ['a contained resource that is faulty', CARE_PLAN, 'contained.0.active', 'yes', ['structure element.type CarePlan.contained[0].active']],
    ['a contained resource without type', CARE_PLAN, 'contained.0.resourceType', undefined, ['structure resource.type CarePlan.contained[0]']],
    ['a nested answer', ANSWERS, 'item.0.item.0.answer.1.valueTime', '25:00:00', ['value value.time QuestionnaireResponse.item[0].item[0].answer[1].value']],
    ['an entry that is faulty', TRANSACTION, 'entry.1.resource.intent', 'wish', ['code-invalid code.unknown Bundle.entry[1].resource.intent']],
    ['an entry without resourceType', TRANSACTION, 'entry.0.resource', { id: 'a' }, ['structure resource.type Bundle.entry[0].resource']],
    ['an entry of an unknown type', TRANSACTION, 'entry.0.resource', { resourceType: 'Dossier' }, ['structure resource.type Bundle.entry[0].resource']],
  ])('%s is found at its element', (_what, resource, path, value, expected) => {
    expect(found(changed(resource, path, value))).toEqual(expected)
  })

  it('a narrative may lead to an entry of its bundle', () => {
    const inner = '<a href="urn:uuid:5c2b4c1e-2f2d-4b7e-9f0a-3a6f0f2f3a11">a</a>'
    expect(found({ ...OBSERVATION, text: { status: 'generated', div: div(inner) } })).toEqual([])
  })

  it('several faults are found together', () => {
    expect(found({ resourceType: 'Goal', lifecycleStatus: 'lost', target: [{ dueDate: '2026-13-01' }] }).sort()).toEqual([
      'code-invalid code.unknown Goal.lifecycleStatus',
      'required element.required Goal.description',
      'required element.required Goal.subject',
      'value value.date Goal.target[0].due',
    ])
  })

  it.each([
    ['tags in tags without end', div(`${'<b>'.repeat(200)}x${'</b>'.repeat(200)}`)],
    ['a script', div('<script>alert(1)</script>')],
    ['an event handler', div('<p onclick="x()">a</p>')],
    ['an active link', div('<a href=" java&#x0A;script:x()">a</a>')],
    ['a frame', div('<iframe src="http://a"/>')],
    ['a form', div('<form><input/></form>')],
    ['a style sheet', div('<style>p{}</style>')],
    ['a style that fetches', div('<p style="background:url(http://a)">a</p>')],
    ['SVG', div('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ['a DOCTYPE alone', `<!DOCTYPE div>${div('x')}`],
    ['a DOCTYPE', `<!DOCTYPE div [<!ENTITY a "b">]>${div('&a;')}`],
    ['an entity of HTML', div('a&nbsp;b')],
    ['no div', '<p xmlns="http://www.w3.org/1999/xhtml">a</p>'],
    ['no namespace', '<div>a</div>'],
    ['no content', div(' ')],
    ['broken XML', div('<p>a')],
    ['more attributes than HTML has', div(`<p ${Array.from({ length: 65 }, (_one, at) => `xmlns:a${at}="u"`).join(' ')}>a</p>`)],
    ['four million errors', '<'.repeat(4_000_000)],
  ])('a narrative with %s is refused', (_what, text) => {
    expect(found(changed(CARE_PLAN, 'text.div', text))).toEqual(['value value.xhtml CarePlan.text.div'])
  })

  it('a narrative may have many paragraphs beside each other', () => {
    expect(found(changed(CARE_PLAN, 'text.div', div('<p>x</p>'.repeat(1000))))).toEqual([])
  })

  it('a narrative may be formatted, link and show an image', () => {
    const text = div(
      '<h1 style="color:red">A</h1><table><tr><td colspan="2">é &amp; &#233;</td></tr></table><a href="http://a">b</a><img src="#i" alt="c"/><br/>',
    )
    expect(found(changed(CARE_PLAN, 'text.div', text))).toEqual([])
  })

  it('says each finding in English and in French, and never a value', () => {
    const issues = checkForm({
      ...(changed(CARE_PLAN, 'status', 'SECRET-1') as object),
      title: 'SECRET-2\u0001',
      'SECRET 3': 1,
      subject: { reference: 'SECRET-4' },
    })
    expect(issues).toHaveLength(4)
    for (const { text } of issues) expect(text.en.length > 10 && text.fr.length > 10 && text.en !== text.fr).toBe(true)
    expect(JSON.stringify(issues)).not.toMatch(/SECRET/)
  })

  it('a resource with a hundred thousand faults is answered with the first ones', () => {
    const members = Object.fromEntries(Array.from({ length: 100_000 }, (_one, at) => [`x${at}`, 1]))
    expect(checkForm({ ...CARE_PLAN, ...members })).toHaveLength(200)
  })
})

describe('a resource in which anything was changed', () => {
  const places = RESOURCES.flatMap(resource => pathsOf(resource).map(path => ({ resource, path })))
  const expression = /^[A-Z][A-Za-z]+(?:\.[a-z][A-Za-z0-9]*(?:\[\d+\])?)*$/

  it('gives findings that say where, and never anything else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.oneof(fc.jsonValue(), fc.constant(undefined)), ({ resource, path }, value) => {
        for (const issue of checkForm(changed(resource, path, value))) {
          expect(issue.expression).toMatch(expression)
          expect(issue.text.fr).toMatch(/\.$/)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('an unknown member is found in every object', () => {
    for (const { resource, path } of places) {
      const object = path.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], resource)
      if (typeof object !== 'object' || object === null || Array.isArray(object)) continue
      const rules = checkForm(changed(resource, `${path}.bogus`, 'x')).map(issue => issue.rule)
      expect(rules, path).toContain('element.unknown')
    }
  })

  function pathsOf(value: unknown, at = ''): string[] {
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([key, inner]) => {
      const path = at === '' ? key : `${at}.${key}`
      return [path, ...pathsOf(inner, path)]
    })
  }
})
