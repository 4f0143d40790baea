import type { CapabilityStatementRestResource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { capabilityStatement } from '../../../gateway/fhir/metadata.ts'
import { readAuditSearch } from '../../../gateway/fhir/audit-event/query.ts'
import { readReportSearch } from '../../../gateway/fhir/measure-report/query.ts'
import { HubError } from '../../../profiles/errors.ts'
import { allowedMethods } from '../../../gateway/fhir/types.ts'

const statement = capabilityStatement({ baseUrl: 'https://hub/fhir', name: 'hub', version: '1', startedAt: new Date(0) })
const [rest] = statement.rest ?? []
const resources = new Map<string, CapabilityStatementRestResource>(rest?.resource?.map(resource => [resource.type, resource]))

describe('the capability statement', () => {
  it('says where it stands, which package judges, and where tokens come from', () => {
    expect(statement).toMatchObject({ fhirVersion: '4.0.1', implementation: { url: 'https://hub/fhir' } })
    expect(statement.implementationGuide?.[0]).toMatch(/fr\.e-parcours\.hub\|\d+\.\d+\.\d+$/)
    expect(rest?.security).toMatchObject({
      service: [{ coding: [{ code: 'SMART-on-FHIR' }] }],
      description: expect.stringContaining('https://hub/fhir/.well-known/smart-configuration'),
    })
    expect(rest?.interaction?.map(one => one.code)).toEqual(['transaction', 'batch'])
  })

  it.each([
    ['CareTeam', 'create read vread update history-instance search-type history-type'],
    ['CarePlan', 'create read vread update history-instance search-type'],
    ['Task', 'create read vread update history-instance search-type patch'],
    ['Condition', 'create read vread update history-instance search-type'],
    ['Patient', 'create read vread update history-instance search-type'],
    ['Organization', 'create read vread update history-instance search-type patch'],
    ['List', 'read vread search-type'],
    ['Binary', 'read'],
    ['Provenance', 'create read search-type'],
  ])('%s: %s, and no delete', (type, interactions) => {
    expect(resources.get(type)?.interaction?.map(one => one.code)).toEqual(interactions.split(' '))
    expect(resources.get(type)?.conditionalDelete).toBe('not-supported')
  })

  it('every claimed interaction has its method, and every method its interaction', () => {
    const METHODS: Record<string, [string, string]> = {
      create: ['', 'POST'],
      update: ['/1', 'PUT'],
      patch: ['/1', 'PATCH'],
      read: ['/1', 'GET'],
      delete: ['/1', 'DELETE'],
      vread: ['/1/_history/1', 'GET'],
      'history-instance': ['/1/_history', 'GET'],
      'history-type': ['/_history', 'GET'],
      'search-type': ['/_search', 'POST'],
    }
    for (const [type, { interaction = [] }] of resources) {
      const claimed = new Set(interaction.map(one => one.code))
      for (const [code, [path, method]] of Object.entries(METHODS)) {
        expect([type, code, allowedMethods(`/${type}${path}`).includes(method)]).toEqual([type, code, claimed.has(code as never)])
      }
    }
  })

  it('each parameter has a definition, and none is named twice', () => {
    for (const [type, { searchParam = [] }] of resources) {
      const names = searchParam.map(one => one.name)
      expect([type, names.length]).toEqual([type, new Set(names).size])
      expect(searchParam.filter(one => !URL.canParse(one.definition ?? ''))).toEqual([])
    }
  })

  it.each([
    ['AuditEvent', (sent: URLSearchParams) => readAuditSearch(sent)],
    ['MeasureReport', (sent: URLSearchParams) => readReportSearch(sent, new Date())],
  ])('of %s claims what the ledger answers', (type, read) => {
    const { searchParam = [], conditionalRead, versioning } = resources.get(type) ?? {}
    expect([conditionalRead, versioning]).toEqual(['not-supported', 'no-version'])
    const unknown = searchParam.filter(({ name }) => {
      try {
        read(new URLSearchParams({ [name]: '-' }))
      } catch (error) {
        return error instanceof HubError && error.code === 'fhir.parameter_unknown'
      }
      return false
    })
    expect([searchParam.length > 1, unknown]).toEqual([true, []])
  })

  it('operations: $validate everywhere, $everything of a person, $diff of a plan, $indicateurs of a structure', () => {
    expect(rest?.operation?.map(one => one.name)).toEqual(['validate'])
    expect(resources.get('Patient')?.operation?.map(one => one.name)).toEqual(['validate', 'everything'])
    expect(resources.get('CarePlan')?.operation?.map(one => one.name)).toEqual(['validate', 'diff'])
    expect(resources.get('Organization')?.operation?.map(one => one.name)).toEqual(['validate', 'indicateurs'])
  })
})
