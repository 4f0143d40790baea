import { describe, expect, it } from 'vitest'
import { readFlowFilter, readFlowSearch, withWindow } from '../../../gateway/monitor/flow-parameters.ts'

const sent = (query: string) => new URLSearchParams(query)
const NOW = new Date('2026-05-12T08:00:00Z')
const DAY_BEFORE = new Date('2026-05-11T08:00:00Z')

describe('the window of a list of flows', () => {
  it('is the last 24 hours where nothing says which flows are meant', () => {
    for (const query of ['', 'sender=ch-1', 'status=complete', 'kind=document'])
      expect(withWindow(readFlowFilter(sent(query)).filter, NOW).from, query).toEqual(DAY_BEFORE)
  })

  it('ends at `to`, 24 hours after its beginning', () => {
    expect(withWindow(readFlowFilter(sent('to=2026-05-12T08:00:00Z')).filter, new Date()).from).toEqual(DAY_BEFORE)
  })

  it('is open where an identifier says which flow is meant, and for what is still open', () => {
    for (const query of ['controlId=A1', 'documentId=1.2.3', 'messageId=x@y', 'status=parked', 'status=waiting'])
      expect(withWindow(readFlowFilter(sent(query)).filter, NOW).from, query).toBeUndefined()
  })

  it('is refused the wrong way round, by the name of its end', () => {
    expect(() => readFlowFilter(sent('from=2026-05-12&to=2026-05-11'))).toThrowError(expect.objectContaining({ code: 'fhir.request', path: 'to' }))
  })
})

describe('the filters of flows', () => {
  it('a Message-ID is taken as mails show it', () => {
    expect(readFlowFilter(sent('messageId=%3CAb12@hub.mssante.fr%3E')).filter.messageId).toBe('Ab12')
  })

  it.each(['direction=up', 'kind=parcel', 'status=lost'])('%s is refused by its name', query => {
    expect(() => readFlowFilter(sent(query))).toThrowError(expect.objectContaining({ code: 'fhir.request', path: query.split('=')[0] }))
  })

  it('a person stands in a body alone, an INS also in groups', () => {
    expect(() => readFlowFilter(sent('person=x'))).toThrowError(expect.objectContaining({ code: 'fhir.parameter_unknown' }))
    const { person, filter, page } = readFlowSearch({ person: { value: '2 79 03 51 215 189 89', system: '1.2.250.1.213.1.4.10' }, sender: 'ch-1', limit: 3 })
    expect(person).toEqual({ value: '279035121518989', system: 'urn:oid:1.2.250.1.213.1.4.10' })
    expect({ filter, page }).toEqual({ filter: { sender: 'ch-1' }, page: { limit: 3 } })
  })

  it.each([
    [{ person: {} }, 'person.value'],
    [{ person: 'x' }, 'person.value'],
    [{ sender: ['a'] }, 'sender'],
    [[], 'body'],
    [undefined, 'body'],
  ])('a body of another form is refused by its place', (body, path) => {
    expect(() => readFlowSearch(body)).toThrowError(expect.objectContaining({ path }))
  })
})
