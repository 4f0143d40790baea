import { describe, expect, it } from 'vitest'
import { storeValues } from '../../../../gateway/fhir/search/query-values.ts'
import { readPaging, readSearch, readShape, requireShortUrl, storeForm } from '../../../../gateway/fhir/search/query.ts'
import type { ServedType } from '../../../../gateway/fhir/types.ts'

const read = (written: string, terms = {}) => {
  const [type = '', query = ''] = written.split('?')
  return readSearch(type as ServedType, new URLSearchParams(query), terms)
}
const asked = (written: string, terms = {}) => [...read(written, terms).query].filter(([name]) => name !== '_count')

describe('the query of a search', () => {
  it.each([
    ['Patient', '20'],
    ['Patient?_count=7', '7'],
    ['Patient?_count=0', '0'],
    ['Patient?_count=999999', '200'],
  ])('%j asks for %s per page', (query, count) => expect(read(query).query.get('_count')).toBe(count))

  it('a value of backslashes alone is one value, however many there are', () => {
    const value = '\\'.repeat(200_000)
    expect(readSearch('Task', new URLSearchParams({ identifier: `${value},\\,x` })).query.get('identifier')).toBe(`${value},\\,x`)
  })

  it('of more parameters than anybody needs is too much', () => {
    expect(() => read(`Patient?${'name=a&'.repeat(41)}`)).toThrowError(/fhir.too_large/)
    expect(asked(`Patient?${'name=a&'.repeat(40)}`)).toHaveLength(40)
  })

  it('for no match at all asks how many there are', () => {
    expect(read('Patient?_count=0').query.get('_summary')).toBe('count')
    expect(read('Patient?_count=1').query.get('_summary')).toBe(null)
  })

  it.each([
    'CarePlan?_getpages=1',
    'CarePlan?_getpagesoffset=20',
    'CarePlan?_filter=x',
    'CarePlan?_contained=true',
    'CarePlan?_content=x',
    'CarePlan?_text=x',
    'CarePlan?_offset=3',
    'CarePlan?_has:Task:focus:status=x',
    'CarePlan?_unknown=1',
    'CarePlan?constructor=1',
    'CarePlan?business-status=x',
    'Task?care-team=x',
    'Patient?name:foo=x',
    'Patient?name:not=x',
    'Patient?name:exact:foo=x',
    'CarePlan?date:exact=2026',
    'CarePlan?subject:identifier=x',
    'CarePlan?subject:Nobody=x',
    'CarePlan?code:above=x',
    'CarePlan?subject.name=x',
    'CarePlan?_profile:missing=true',
    'CarePlan?_lastUpdated:missing=true',
    'CarePlan?_id:not=x',
    'CarePlan?patient.identifier.value=x',
    'CareTeam?participant:Practitioner.name=x',
    'CarePlan?_include:recurse=CarePlan:goal',
  ])('%s is refused by its name', query => {
    const path = query.slice(query.indexOf('?') + 1, query.indexOf('='))
    expect(() => read(query)).toThrowError(expect.objectContaining({ code: 'fhir.parameter_unknown', path }))
  })

  it.each([
    'CarePlan?_include=*',
    'CarePlan?_include=CarePlan:author',
    'CarePlan?_include=CarePlan:goal:Goal',
    'CarePlan?_include=Task:focus',
    'CarePlan?_include:iterate=CarePlan:goal',
    'CarePlan?_include:iterate=PractitionerRole:practitioner',
    'CarePlan?_revinclude=CarePlan:care-team',
    'CareTeam?_revinclude:iterate=CarePlan:care-team',
    'CareTeam?_revinclude=Consent:actor',
    'Patient?_sort=status',
    'CarePlan?_sort=-period,title',
  ])('%s is not on the list', query => {
    const path = query.slice(query.indexOf('?') + 1, query.indexOf('='))
    expect(() => read(query)).toThrowError(expect.objectContaining({ code: 'fhir.parameter_unknown', path }))
  })

  it.each([
    'CarePlan?_count=-1',
    'CarePlan?_count=',
    'CarePlan?date=someday',
    'CarePlan?date=2026-02-30',
    'CarePlan?date=2026-13',
    'CarePlan?date=xx2026',
    'CarePlan?date=2026-06-01,never',
    'CarePlan?date=',
    'CarePlan?date=ap2026,2027',
    'CarePlan?date=2026-05,2026-07',
    'CarePlan?_lastUpdated=2026-05,2026-07',
    'CarePlan?date=ap2026-06-01T10:00:60Z',
    'CarePlan?date=ge2026-06-01T10:00:00%2B99:99',
    'CarePlan?date=ge2026-06-01T24:00Z',
    'CarePlan?date=ge2026&date=gt2026-05',
    'CarePlan?date=le2026&date=eb2026-05',
    'CarePlan?date=2026&date=ge2026-05',
    'CarePlan?date=ap2026-06&date=lt2027',
    'CarePlan?date=ge2026&date:missing=false',
    'CarePlan?_lastUpdated=ge2026&_lastUpdated=gt2026-05',
    'CarePlan?_tag=https://x|',
    'CarePlan?_tag=a,|b',
    'CarePlan?_security=|b',
    'CarePlan?_security:not=https://x|',
    'CarePlan?prochaine-reevaluation=demain',
    'CarePlan?version-plan=two',
    'CarePlan?status=',
    'CarePlan?status=a|b|c',
    'CarePlan?status=|',
    'CarePlan?status=active,',
    'CarePlan?subject=Patient/a b',
    'CarePlan?subject=Patient/',
    'CarePlan?status:missing=yes',
    'CarePlan?_lastUpdated=abc',
    'CarePlan?_summary=most',
    'CarePlan?_total=all',
    'CarePlan?_elements=a;b',
    'CarePlan?_count=1&_count=3',
    'CarePlan?_sort=date&_sort=-date',
    'CarePlan?_summary=true&_summary=count',
    'CarePlan?_total=none&_total=accurate',
    'CarePlan?_elements=status&_summary=true',
    'Patient?name=%00',
    'Task?status:in=not a canonical',
  ])('%s is no value of its parameter', query => {
    const path = query.slice(query.indexOf('?') + 1, query.indexOf('='))
    expect(() => read(query)).toThrowError(expect.objectContaining({ code: 'fhir.request', path }))
  })

  it.each([
    'CarePlan?date=ge2026-06-01&date=le2026-06-30T10:00:00+02:00&version-plan=gt2',
    'CarePlan?status=draft,active&category=https://x|PPCS&category=|PPS&identifier=urn:oid:1.2|&subject=p1&subject:Patient=p1',
    'CarePlan?status:not=active&_tag:not=x&status:missing=false&code:in=https://x/ValueSet/y&patient.identifier=urn:x|1',
    'CareTeam?participant:PractitionerRole.practitioner.identifier=https://rpps.esante.gouv.fr|10100000024&participant:RelatedPerson.name:exact=Exemple',
    'CareTeam?participant=PractitionerRole/r1&_include=CareTeam:participant:PractitionerRole&_include:iterate=PractitionerRole:practitioner',
    'QuestionnaireResponse?questionnaire=https://x/Questionnaire/y|1&authored=2026',
    'Patient?name:contains=ex&family:exact=Ex\\,emple&birthplace=Nancy&_sort=-birthdate,_lastUpdated',
    'Communication?message-id=<1@x.mssante.fr>',
  ])('%s passes as it is', query => {
    const written = query.slice(query.indexOf('?') + 1).split('&')
    const own = written.filter(one => !one.startsWith('code:in'))
    expect(asked(`${query.split('?')[0]}?${own.join('&').replaceAll('+', '%2B')}`).map(pair => pair.join('='))).toEqual(own)
  })

  it('a blank in a time is the + that was not encoded; a reference of the hub becomes relative', () => {
    expect(asked('Task?modified=ge2026-06-01T10:00:00 02:00')).toEqual([['modified', 'ge2026-06-01T10:00:00+02:00']])
    expect(asked('Task?owner=http://hub/fhir/Organization/o1', { baseUrl: 'http://hub/fhir' })).toEqual([['owner', 'Organization/o1']])
  })

  it.each([
    ['ge2026-06', ['ge2026-06-01']],
    ['le2026-02', ['le2026-02-28']],
    ['ge2026', ['ge2026-01-01']],
    ['2026-05,2026-07', undefined],
    ['gt2026-06', ['gt2026-06']],
    ['2026', ['2026']],
    ['ge2026-06-01T10:00:00Z', ['ge2026-06-01T10:00:00Z']],
    ['ap2026-06-11', ['ge2026-06-10T00:00:00.000Z', 'le2026-06-13T00:00:00.000Z']],
    ['ap2026-06-11T00:00:00Z', ['ge2026-06-10T00:00:00.000Z', 'le2026-06-12T00:00:00.000Z']],
  ])('the date %s is asked of the store as %j', (date, conditions) => {
    expect(storeValues('date', date, new Date('2026-06-21T00:00:00Z'))).toEqual(conditions)
  })

  it.each([
    ['gt2026-11-30', ['ge2026-12-01T00:00:00.000Z']],
    ['sa2026-12', ['ge2027-01-01T00:00:00.000Z']],
    ['gt2026', ['ge2027-01-01T00:00:00.000Z']],
    ['gt2026-11-30T10:00:00Z', ['gt2026-11-30T10:00:00Z']],
    ['ge2026-11-30', ['ge2026-11-30']],
  ])('the last change %s is behind the end of it: %j', (date, conditions) => {
    expect(asked(`CarePlan?_lastUpdated=${date}`).map(([, value]) => value)).toEqual(conditions)
  })

  it('of one date, and of another, bounds on both sides pass', () => {
    const bounds = ['date=ge2026-05-01', 'date=lt2026-07', 'activity-date=sa2026', 'activity-date=eb2027', 'prochaine-reevaluation=2026']
    expect(asked(`CarePlan?${bounds.join('&')}`).map(pair => pair.join('='))).toEqual(bounds)
  })

  it('in a text `_` and a backslash stand for themselves, but for the store they would not', () => {
    const sent = new URLSearchParams(storeForm('Patient', read('Patient?name=a_b&name:contains=a\\\\b_&family=x\\,y&name:exact=a_b&_id=a_b').query))
    sent.delete('_count')
    expect([...sent].map(pair => pair.join('='))).toEqual(['name=a\\\\_b', 'name:contains=a\\\\\\\\b\\\\_', 'family=x\\,y', 'name:exact=a_b', '_id=a_b'])
  })

  const partsOf = (shape: string): string[] => new URLSearchParams(shape.slice(1)).get('_elements')?.split(',') ?? []

  it.each([
    ['CarePlan', '_elements=title', ['title', '(mandatory)', 'status', 'intent', 'modifierExtension'], ['subject', 'activity']],
    ['AllergyIntolerance', '_elements=code', ['code', '(mandatory)', 'clinicalStatus', 'verificationStatus'], ['patient', 'note']],
    ['ServiceRequest', '_elements=code', ['code', '(mandatory)', 'doNotPerform', 'status'], ['subject']],
    ['FamilyMemberHistory', '_elements=condition.code', ['condition', 'modifierExtension'], ['condition.code']],
    ['CarePlan', '_elements=CarePlan.activity.detail.description', ['CarePlan.activity', 'status'], ['CarePlan.activity.detail.description']],
    ['Observation', '_summary=true', ['status', 'code', 'subject', 'value', 'component', 'modifierExtension'], ['note', 'text', 'category']],
    ['Condition', '_summary=text', ['text', '(mandatory)', 'verificationStatus'], ['code']],
  ])('a part of %s, by %s, says also what could turn its meaning round, and what R4 requires', (type, asked, present, absent) => {
    const parts = partsOf(readShape(new URLSearchParams(asked), type))
    expect(parts).toEqual(expect.arrayContaining(present))
    expect(parts.filter(part => absent.includes(part))).toEqual([])
    const search = new URLSearchParams(`patient=1&${asked}`)
    expect(
      readSearch(type as 'CarePlan', search)
        .query.get('_elements')
        ?.split(','),
    ).toEqual(parts)
  })

  it('a summary that the store makes right, and all but the text, are left to it', () => {
    expect(readShape(new URLSearchParams('_summary=true'), 'CarePlan')).toBe('?_summary=true')
    expect(readShape(new URLSearchParams('_summary=data'), 'Observation')).toBe('?_summary=data')
  })

  it('a number may have any prefix', () => {
    expect(asked('CarePlan?version-plan=sa1,eb5,ne3')).toEqual([['version-plan', 'gt1,lt5,ne3']])
  })

  it('what is included behind a role is followed, whether or not iterate was written', () => {
    expect(asked('CareTeam?_include=CareTeam:participant&_include=PractitionerRole:practitioner')).toEqual([
      ['_include', 'CareTeam:participant'],
      ['_include:iterate', 'PractitionerRole:practitioner'],
    ])
    expect(asked('PractitionerRole?_include=PractitionerRole:practitioner')).toEqual([['_include', 'PractitionerRole:practitioner']])
  })

  it('a chain says which types it reaches into', () => {
    expect(read('CareTeam?participant:PractitionerRole.practitioner.identifier=x&patient.identifier=y').reached).toEqual([
      'PractitionerRole',
      'Practitioner',
      'Patient',
    ])
  })

  it('lenient passes over what nobody knows, and nothing else', () => {
    expect(read('CarePlan?nom=x&status=active', { isLenient: true })).toMatchObject({ ignored: ['nom'] })
    expect(asked('CarePlan?nom=x&status=active', { isLenient: true })).toEqual([['status', 'active']])
    expect(() => read('CarePlan?status:above=x', { isLenient: true })).toThrowError(expect.objectContaining({ path: 'status:above' }))
  })

  it('what is not a name is not repeated in the error', () => {
    expect(() => read('Patient?_foo%20279035121518989=1')).toThrowError(expect.objectContaining({ path: 'query' }))
  })

  it('a URL over 4 KB should have been a form', () => {
    expect(() => requireShortUrl('x'.repeat(4097))).toThrowError(expect.objectContaining({ code: 'fhir.url_too_long', path: '_search' }))
  })
})

describe('the paging of a history', () => {
  it('takes a count and a moment, said as the store reads it', () => {
    expect(readPaging(new URLSearchParams('_count=3&_since=2026-06-01T10:00:00%2B02:00'), []).toString()).toBe('_count=3&_since=2026-06-01T08%3A00%3A00.000Z')
  })

  it('that says no zone is of UTC', () => {
    expect(readPaging(new URLSearchParams('_since=2026-06-01T10:00:00'), []).get('_since')).toBe('2026-06-01T10:00:00.000Z')
  })

  it.each([
    ['_since=2026-06-01&_since=2027-06-01', 'fhir.request', '_since'],
    ['_since=2026', 'fhir.request', '_since'],
    ['_at=2026-06-01', 'fhir.parameter_unknown', '_at'],
    ['_type=CarePlan', 'fhir.parameter_unknown', '_type'],
  ])('%s: %s at %s', (query, code, path) => {
    expect(() => readPaging(new URLSearchParams(query), [])).toThrowError(expect.objectContaining({ code, path }))
  })
})
