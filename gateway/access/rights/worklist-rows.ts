/*
  What a population search needs of a Task, as a row of the ledger; pure.
    hub-task => code, status, businessStatus, owner, requester, ext territoire, authoredOn, lastModified, restriction.period.end
*/
import type { Coding, FhirResource, Reference, Task } from 'fhir/r4.js'
import { stated } from '../../../mappers/cda/datatypes.ts'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import { instant } from './instant.ts'
import { storedReference } from './reference.ts'

export interface WorklistRow {
  reference: string
  patient: string
  owner?: string
  requester?: string
  code: string[]
  status: string
  businessStatus: string[]
  territory: string[]
  authored?: string
  modified?: string
  due?: string
}

/** Undefined for what is no Task about a person. */
export function worklistRowOf(resource: FhirResource): WorklistRow | undefined {
  if (resource.resourceType !== 'Task') return undefined
  const patient = targetOf(resource.for)
  return patient === undefined ? undefined : { ...partiesOf(resource), ...momentsOf(resource), ...stateOf(resource), reference: `Task/${resource.id}`, patient }
}

function partiesOf({ owner, requester }: Task): Pick<WorklistRow, 'owner' | 'requester'> {
  const [own, asking] = [targetOf(owner), targetOf(requester)]
  return { ...(own === undefined ? {} : { owner: own }), ...(asking === undefined ? {} : { requester: asking }) }
}

function momentsOf({ authoredOn, lastModified, restriction }: Task): Pick<WorklistRow, 'authored' | 'modified' | 'due'> {
  const [authored, modified, due] = [authoredOn, lastModified, restriction?.period?.end].map(instant)
  return {
    ...stated({ authored, modified, due }),
  }
}

function stateOf({ code, status, businessStatus, extension = [] }: Task): Pick<WorklistRow, 'code' | 'status' | 'businessStatus' | 'territory'> {
  const territory = extension.flatMap(({ url, valueCoding }) => (url === EXTENSION.territoire && valueCoding !== undefined ? [valueCoding] : []))
  return { code: tokensOf(code?.coding), status, businessStatus: tokensOf(businessStatus?.coding), territory: tokensOf(territory) }
}

/** PostgreSQL keeps no index of longer ones, and nobody asks for them. */
const LONGEST_TOKEN = 500

const tokensOf = (codings: readonly Coding[] = []): string[] =>
  codings
    .flatMap(({ system, code }) => (code === undefined ? [] : [code, ...(system === undefined ? [] : [`${system}|${code}`])]))
    .filter(token => token.length <= LONGEST_TOKEN)

const targetOf = (link: Reference | undefined): string | undefined => storedReference(link?.reference)
