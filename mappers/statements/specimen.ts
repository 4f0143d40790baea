/*
  The sample that a statement names: what it is of, and its numbers.
    specimen => specimenRole { id* specimenPlayingEntity { code } }
*/
import type { Observation, Specimen } from 'fhir/r4.js'
import { only } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import type { StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { conceptOf } from './values/values.ts'

export interface Sampled {
  reference: Pick<Observation, 'specimen'>
  /** None of one that says nothing. */
  specimens: (Specimen & { id: string })[]
}

export function specimenOf(statement: CdaElement, at: StatementScene): Sampled {
  const role = statement.at('specimen', 'specimenRole')
  const said = { ...identifiersOf(role), ...only('type', conceptOf(role?.at('specimenPlayingEntity', 'code'), at)) }
  if (Object.keys(said).length === 0) return { reference: {}, specimens: [] }
  const { extension: _, ...base } = at.base('Specimen', statement, 'specimen')
  const key = JSON.stringify(said)
  const specimen = at.samples.get(key) ?? { ...base, ...said, subject: at.patient }
  if (said.identifier !== undefined) at.samples.set(key, specimen)
  return { reference: { specimen: { reference: `Specimen/${specimen.id}` } }, specimens: [specimen] }
}
