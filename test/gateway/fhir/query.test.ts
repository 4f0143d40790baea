import { describe, expect, it } from 'vitest'
import { reachedTypes, readQuery, requireShortUrl } from '../../../gateway/fhir/query.ts'

const read = (query: string) => readQuery(new URLSearchParams(query))

describe('the query of a search', () => {
  it.each([
    ['', '20'],
    ['_count=7', '7'],
    ['_count=0', '0'],
    ['_count=999999', '200'],
  ])('%j asks for %s per page', (query, count) => expect(read(query).get('_count')).toBe(count))

  it.each(['_count=-1', '_count=many', '_count='])('%s is refused at _count', query => {
    expect(() => read(query)).toThrowError(expect.objectContaining({ code: 'fhir.request', path: '_count' }))
  })

  it.each([
    '_getpages=1',
    '_getpagesoffset=20',
    '_filter=x',
    '_contained=true',
    '_query=x',
    '_content=x',
    '_text=x',
    '_offset=3',
    '_bundletype=x',
    '_unknown=1',
  ])('%s is refused by its name', query => {
    expect(() => read(query)).toThrowError(expect.objectContaining({ code: 'fhir.parameter_unknown', path: query.split('=')[0] }))
  })

  it.each(['name:foo=x', 'subject:patient.name=x', 'name:exact:foo=x'])('%s is refused: the store would pass over the modifier', query => {
    expect(() => read(query)).toThrowError(expect.objectContaining({ code: 'fhir.parameter_unknown' }))
  })

  it.each([
    ['name=x&_include=*', []],
    ['_has:Task:focus:status=x', ['Task']],
    ['_has:Task:focus:_has:Consent:data:status=x', ['Task', 'Consent']],
    ['recipient:Practitioner.name=x', ['Practitioner']],
    ['patient.identifier=x', ['Patient']],
    ['subject:Patient.general-practitioner:Practitioner.name=x', ['Patient', 'Practitioner']],
  ])('%s reaches into %j', (query, types) => expect(reachedTypes(read(query))).toEqual(types))

  it('what is not a name is not repeated in the error', () => {
    expect(() => read('_foo%20279035121518989=1')).toThrowError(expect.objectContaining({ path: 'query' }))
  })

  it('everything else passes, repetitions and modifiers included', () => {
    const query = read('_include:iterate=PractitionerRole:practitioner&_has:CareTeam:participant:_id=1&date=ge2026&date=le2027&name:exact=x&_format=json')
    expect(query.toString()).toBe(
      '_include%3Aiterate=PractitionerRole%3Apractitioner&_has%3ACareTeam%3Aparticipant%3A_id=1&date=ge2026&date=le2027&name%3Aexact=x&_count=20',
    )
  })

  it('a URL over 4 KB should have been a form', () => {
    expect(() => requireShortUrl('x'.repeat(4097))).toThrowError(expect.objectContaining({ code: 'fhir.request', path: '_search' }))
  })
})
