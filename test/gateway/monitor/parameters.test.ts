import { describe, expect, it } from 'vitest'
import { readFlowFilter } from '../../../gateway/monitor/flow-parameters.ts'
import { readEventFilter, readLaneFilter } from '../../../gateway/monitor/parameters.ts'

const sent = (query: string) => new URLSearchParams(query)

describe('the parameters of the monitor', () => {
  it('of flows: a closed list, empty ones left out', () => {
    const { filter, page } = readFlowFilter(sent('controlId=A1&sender=&status=parked&from=2026-05-12&to=2026-05-12T08:00:00+02:00&limit=7'))
    expect(filter).toEqual({ controlId: 'A1', status: 'parked', from: new Date('2026-05-12T00:00:00Z'), to: new Date('2026-05-12T06:00:00Z') })
    expect(page).toEqual({ limit: 7 })
  })

  it('of flows: the document by its URN or by the bare OID of TXA-12', () => {
    for (const id of ['urn:oid:1.2.250.1.999.4', '1.2.250.1.999.4'])
      expect(readFlowFilter(sent(`documentId=${id}`)).filter).toEqual({ documentId: 'urn:oid:1.2.250.1.999.4' })
    expect(readFlowFilter(sent('documentId=LDL-4')).filter).toEqual({ documentId: 'LDL-4' })
  })

  it('a page is of 50, and of 500 at most', () => {
    expect(readFlowFilter(sent('')).page).toEqual({ limit: 50 })
    expect(readFlowFilter(sent('limit=100000')).page).toEqual({ limit: 500 })
  })

  it('of events: the type as the code or as CloudEvents names it', () => {
    expect(readEventFilter(sent('type=fr.e-parcours.document.depose.v1&resource=Patient/x'))).toEqual({
      type: 'document.depose',
      resource: 'Patient/x',
      limit: 50,
    })
    expect(readEventFilter(sent('type=document.depose'))).toEqual({ type: 'document.depose', limit: 50 })
  })

  it('of lanes: the parked ones unless something else is asked', () => {
    expect(readLaneFilter(sent('')).state).toBe('parked')
    expect(readLaneFilter(sent('state=all')).state).toBeUndefined()
  })

  it.each([
    ['status=lost', 'fhir.request', 'status'],
    ['from=12/05/2026', 'fhir.request', 'from'],
    ['to=2026-13-45', 'fhir.request', 'to'],
    ['limit=-1', 'fhir.request', 'limit'],
    ['limit=1e3', 'fhir.request', 'limit'],
    ["after=1'; drop table message", 'fhir.request', 'after'],
    ['ins=279035121518989', 'fhir.parameter_unknown', 'ins'],
    ['279035121518989=x', 'fhir.parameter_unknown', 'query'],
  ])('%s is refused by its place, never by its value', (query, code, path) => {
    expect(() => readFlowFilter(sent(query))).toThrowError(expect.objectContaining({ code, path }))
  })
})
