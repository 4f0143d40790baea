import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Binary } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { transmissionToTransaction } from '../../../mappers/index.ts'
import { mapConflictToTask } from '../../../mappers/transmission-to-transaction/identity-task.ts'
import { mapDocument } from '../../../mappers/transmission-to-transaction/map-document.ts'
import { schemaErrors } from '../../support/fhir-schema.ts'
import { contextOf, NOW, resourcesOf } from '../../support/mapping.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures')
const message = (name: string) => readFileSync(join(FIXTURES, 'hl7v2', name, 'in.er7'))

describe('a message as it came', () => {
  it.each(['mdm-t02-ldl-ses', 'mdm-t02-n1', 'oru-r01-n1'])('%s: the document is kept byte for byte, everything fits the R4 schema', name => {
    const mapped = mapDocument(message(name), contextOf())
    const [cda] = resourcesOf<Binary>(mapped, 'Binary')
    const sent = /\^Base64\^([A-Za-z0-9+/=]+)/.exec(message(name).toString('latin1'))?.[1]
    expect(cda?.data).toBe(sent)
    expect([...mapped.output.owned, ...mapped.output.claims].flatMap(({ resource }) => schemaErrors(resource))).toEqual([])
  })

  it('lineage joins both sources, and what neither gave is unread', () => {
    const { lineage, unread } = mapDocument(message('mdm-t02-ldl-ses'), contextOf())
    const sources = (element: string) => lineage.find(one => one.element === element)?.sources ?? []
    expect(sources('Patient.identifier')).toEqual(expect.arrayContaining(['PID-32', 'ClinicalDocument/recordTarget/patientRole/id[2]/@extension']))
    expect(sources('Encounter.identifier')).toContain('PV1-19.1')
    expect(unread).toContain('MSH-10')
    expect(unread.some(path => path.startsWith('ClinicalDocument/'))).toBe(true)
    expect(unread).not.toContain('ClinicalDocument/title')
  })

  it('by ORU it becomes the same as by MDM', () => {
    const types = (name: string) => mapDocument(message(name), contextOf()).output.owned.map(({ resource }) => resource.resourceType)
    expect(types('oru-r01-n1')).toEqual(types('mdm-t02-n1'))
  })

  it('is listed with its specification and version', () => {
    expect(transmissionToTransaction.map(message('mdm-t02-n1'), contextOf()).output.claims[0]?.type).toBe('Patient')
    expect(transmissionToTransaction.version).toBeGreaterThan(0)
  })
})

describe('an identity that contradicts', () => {
  const conflict = { patient: 'Patient/p', source: 'DocumentReference/d', differing: ['birthDate', 'sex'] }

  it('opens a Task for the identity cell, which names traits and no value', () => {
    const task = mapConflictToTask(conflict, NOW)
    expect(schemaErrors(task)).toEqual([])
    expect(task).toMatchObject({
      code: { coding: [{ code: 'IDENTITE' }] },
      for: { reference: 'Patient/p' },
      description: 'Identité à vérifier : écart sur date de naissance, sexe.',
    })
  })

  it('one Task for a person and a document', () => {
    expect(mapConflictToTask(conflict, NOW).id).toBe(mapConflictToTask({ ...conflict, differing: [] }, NOW).id)
    expect(mapConflictToTask(conflict, NOW).id).not.toBe(mapConflictToTask({ ...conflict, patient: 'Patient/q' }, NOW).id)
  })
})
