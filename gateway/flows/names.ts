/*
  The names by which a sentence speaks of people, structures and things; read once each, as they are called today.
*/
import type { CodeableConcept, Condition, FhirResource, HumanName, PractitionerRole, ServiceRequest } from 'fhir/r4.js'
import type { NameOf } from '../../mappers/care-plan-diff/change.ts'
import { behind } from '../../mappers/care-plan-diff/words.ts'
import { EXTENSION, SYSTEM } from '../../profiles/canonicals.ts'
import { UNHELD } from '../../profiles/tables/care-plan-words.ts'
import { codeOf } from './person.ts'

export type Read = <R extends FhirResource>(reference: string) => Promise<R | undefined>

/** Says something twice: once to learn whose names it needs, once more with them. */
export async function withNames<Said>(read: Read, say: (nameOf: NameOf) => Said): Promise<Said> {
  const asked = new Set<string>()
  say(reference => {
    asked.add(reference)
    return undefined
  })
  const names = await namesOf(read, [...asked])
  return say(reference => names.get(reference))
}

/** In: `PractitionerRole/<id>`, …  Out: reference → name; who is not found or has no name is left out. */
async function namesOf(read: Read, references: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(references.map(async reference => [reference, await nameOf(read, reference)] as const))
  return new Map(found.flatMap(([reference, name]) => (name === undefined || name === '' ? [] : [[reference, name] as const])))
}

async function nameOf(read: Read, reference: string): Promise<string | undefined> {
  if (!/^[A-Z]\w+\/[A-Za-z0-9.-]+$/.test(reference)) return undefined
  const resource = await read(reference)
  return resource?.resourceType === 'PractitionerRole' ? professional(read, resource) : nameIn(resource)
}

async function professional(read: Read, { practitioner, organization }: PractitionerRole): Promise<string | undefined> {
  const person = practitioner?.reference === undefined ? undefined : nameIn(await read(practitioner.reference))
  if (person !== undefined || practitioner?.display !== undefined) return person ?? practitioner?.display
  return organization?.reference === undefined ? organization?.display : nameIn(await read(organization.reference))
}

function nameIn(resource: FhirResource | undefined): string | undefined {
  switch (resource?.resourceType) {
    case 'Practitioner':
    case 'RelatedPerson':
      return personName(resource.name?.[0])
    case 'Organization':
    case 'CareTeam':
    case 'Location':
    case 'HealthcareService':
      return resource.name
    case 'Task':
      return but(resource, resource.description ?? words(resource.code))
    case 'ServiceRequest':
    case 'Condition':
    case 'Observation':
      return but(resource, words(resource.code))
    case 'DocumentReference':
      return but(resource, resource.description ?? resource.content[0]?.attachment.title ?? words(resource.type))
    case 'Consent':
      return resource.status === 'active' && codeOf(resource.category, SYSTEM.hub) === 'accord' ? 'un recueil de l’accord de la personne' : undefined
    default:
      return undefined
  }
}

/** `Claire Exemple` */
function personName(name: HumanName | undefined): string | undefined {
  const written = [name?.given?.[0], name?.family].filter(part => part !== undefined).join(' ')
  return name?.text ?? (written === '' ? undefined : written)
}

const words = (concept: CodeableConcept | undefined): string | undefined => concept?.text ?? concept?.coding?.find(one => one.display !== undefined)?.display

type Turned = Partial<Pick<Condition, 'verificationStatus' | 'clinicalStatus'> & Pick<ServiceRequest, 'doNotPerform' | 'modifierExtension'>> & {
  status?: string
}

/** Said behind it: what turns its meaning round. */
function but({ doNotPerform, modifierExtension, status, verificationStatus, clinicalStatus }: Turned, said: string | undefined): string | undefined {
  const isNegated = modifierExtension?.some(({ url }) => url === EXTENSION.negation) === true
  const codes = [status, verificationStatus?.coding?.[0]?.code, clinicalStatus?.coding?.[0]?.code].flatMap(code => UNHELD[code ?? ''] ?? [])
  const turns = [...(doNotPerform === true ? ['à ne pas faire'] : []), ...(isNegated ? ['absence constatée'] : []), ...codes]
  return said === undefined ? undefined : `${said}${behind(turns.join(', '))}`
}
