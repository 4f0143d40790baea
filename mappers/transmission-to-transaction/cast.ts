/*
  Everyone a document names, each once: professionals and structures with a national identifier are claims, the others belong to the document.
  A professional is always referred to by role (who, where); names are kept as written at each mention, nobody is merged on a name.
*/
import type { Address, ContactPoint, Device, Organization as FhirOrganization, Practitioner, PractitionerRole, Reference, Resource } from 'fhir/r4.js'
import { HUB } from '../../profiles/canonicals.ts'
import { isInsRoot } from '../../profiles/identity.ts'
import { OID } from '../../profiles/oids.ts'
import { list, listOf, only, toAddress, toContactPoint, toHumanName, toIdentifier } from '../cda/datatypes.ts'
import type { AssignedEntity, Ii, Organization, PersonName } from '../cda/header/header.ts'
import type { Finding, MapContext } from '../mapper.ts'
import { derivedId } from './derived-id.ts'
import { type NationalIdentifiers, professionalIdentifiers, structureIdentifiers } from './professional-identifiers.ts'
import { professionOf } from './professions.ts'
import type { Claim, ClaimResource, ClaimType, SearchKey } from './transaction.ts'

export const ROLE_KEY_SYSTEM = `${HUB}NamingSystem/practitioner-role`

/** No register has such numbers, and a key of the ledger has its end: whoever bears a longer one belongs to the document. */
const LONGEST_KEY = 600

interface Known {
  /** Undefined for one that belongs to the document alone. */
  key: SearchKey | undefined
  resource: ClaimResource
}

export class Cast {
  readonly claims: Claim[] = []
  readonly owned: (Resource & { id: string })[] = []
  readonly #ctx: MapContext
  readonly #documentId: string
  readonly #patient: { ids: readonly Pick<Ii, 'root' | 'extension'>[]; reference: Reference } | undefined
  readonly #byKey = new Map<string, Known>()

  /** In: whom the document is about, who may be among the people it names. */
  constructor(ctx: MapContext, documentId: string, patient?: { ids: readonly Pick<Ii, 'root' | 'extension'>[]; reference: Reference }) {
    this.#ctx = ctx
    this.#documentId = documentId
    this.#patient = patient
  }

  /** The role, device or structure an entity stands for; undefined when it names nobody. */
  reference(entity: AssignedEntity | undefined): Reference | undefined {
    if (entity === undefined) return undefined
    if (entity.device !== undefined) return this.#device(entity)
    const ins = entity.ids.filter(isIns)
    if (this.#isPatient(entity, ins)) return this.#patient?.reference
    // Whoever else has an INS and no national number of a professional is a patient somewhere.
    if (ins.length > 0 && !entity.ids.some(id => id.root === OID.professional && id.extension !== undefined))
      return entity.person === undefined ? undefined : only('display', displayOf(entity.person))
    if (entity.person === undefined && entity.ids.length === 0) return this.structure(entity.organization, entity.path)
    const role = this.#role(entity)
    return { reference: `PractitionerRole/${role.id}`, ...only('display', displayOf(entity.person)) }
  }

  /** By his INS; as EXP_PATIENT where it is not that of somebody else. */
  #isPatient({ code }: AssignedEntity, ins: readonly Ii[]): boolean {
    const known = this.#patient?.ids.filter(isIns) ?? []
    if (ins.some(id => known.some(own => own.root === id.root && own.extension === id.extension))) return true
    return code?.code === 'EXP_PATIENT' && (ins.length === 0 || known.length === 0)
  }

  structure(organization: Organization | undefined, path: string): Reference | undefined {
    const known = this.#organization(organization, `${path}/organization`)
    return known === undefined ? undefined : { reference: `Organization/${known.resource.id ?? ''}`, ...only('display', organization?.name) }
  }

  /** A claim, or when there is no key a resource of the document. The first mention makes it; later ones fill what it lacked. */
  known(type: ClaimType, said: SearchKey[], place: string, build: (id: string) => ClaimResource): Known {
    const keys = said.filter(({ system, value }) => system.length + value.length <= LONGEST_KEY)
    const main = keys[0]
    const index = `${type}|${main === undefined ? place : `${main.system}|${main.value}`}`
    const before = this.#byKey.get(index)
    const id = before?.resource.id ?? (main === undefined ? derivedId(type, this.#documentId, place) : this.#ctx.newId())
    const resource = this.#ctx.element(type, () => build(id))
    if (before !== undefined) {
      fill(before.resource, resource)
      return before
    }
    const known: Known = { key: main, resource }
    this.#byKey.set(index, known)
    if (main === undefined) this.owned.push(resource as ClaimResource & { id: string })
    else this.claims.push({ type, id, keys, resource })
    return known
  }

  #role(entity: AssignedEntity): PractitionerRole & { id: string } {
    const practitioner = this.#practitioner(entity)
    const organization = this.#organization(entity.organization, `${entity.path}/organization`)
    const isShared = practitioner.key !== undefined && (organization === undefined || organization.key !== undefined)
    const keys = isShared ? [{ system: ROLE_KEY_SYSTEM, value: `${practitioner.key?.value ?? ''}@${organization?.key?.value ?? ''}` }] : []
    const { code, specialty } = professionOf(entity.code)
    const role = this.known('PractitionerRole', keys, entity.path, id => ({
      resourceType: 'PractitionerRole',
      id,
      practitioner: { reference: `Practitioner/${practitioner.resource.id ?? ''}` },
      ...(organization === undefined ? {} : { organization: { reference: `Organization/${organization.resource.id ?? ''}` } }),
      ...list('code', code === undefined ? [] : [code]),
      ...list('specialty', specialty === undefined ? [] : [specialty]),
      ...list('telecom', entity.telecoms.map(toContactPoint)),
    }))
    return role.resource as PractitionerRole & { id: string }
  }

  #practitioner(entity: AssignedEntity): Known {
    const national = professionalIdentifiers(entity.ids.filter(id => !isIns(id)))
    this.#doubt(national, 'professional.rpps-invalid')
    const known = this.known('Practitioner', national.keys, entity.path, id => ({
      resourceType: 'Practitioner',
      id,
      ...list('identifier', national.identifiers),
      ...(entity.person === undefined ? {} : { name: [toHumanName(entity.person)] }),
      ...list('address', entity.addresses.map(toAddress)),
    }))
    const name = (known.resource as Practitioner).name?.[0]?.family
    if (entity.person?.family !== undefined && name !== undefined && entity.person.family.toUpperCase() !== name.toUpperCase()) {
      this.#note('practitioner.name-differs', 'warning', entity.path)
    }
    return known
  }

  /** Undefined for a structure that has neither name nor identifier (org-1): it may still say a practice setting. */
  #organization(organization: Organization | undefined, place: string): Known | undefined {
    if (organization === undefined || (organization.name === undefined && organization.ids.length === 0)) return undefined
    const national = structureIdentifiers(organization.ids)
    this.#doubt(national, 'structure.id-unusual')
    return this.known('Organization', national.keys, place, id => {
      const resource: FhirOrganization & { id: string } = {
        resourceType: 'Organization',
        id,
        ...list('identifier', national.identifiers),
        ...only('name', organization.name),
        ...listOf('telecom', organization.telecoms, telecom => withoutHome(toContactPoint(telecom))),
        ...listOf('address', organization.addresses, address => withoutHome(toAddress(address))),
      }
      return resource
    })
  }

  #device(entity: AssignedEntity): Reference {
    const id = derivedId('Device', this.#documentId, entity.path)
    const owner = this.structure(entity.organization, entity.path)
    const names = [entity.device?.model, entity.device?.software].filter(name => name !== undefined)
    const device: Device & { id: string } = {
      resourceType: 'Device',
      id,
      ...list('identifier', entity.ids.map(toIdentifier)),
      ...listOf('deviceName', names, name => ({ name, type: 'other' as const })),
      ...(owner === undefined ? {} : { owner }),
    }
    if (!this.owned.some(one => one.id === id)) this.owned.push(device)
    return { reference: `Device/${id}`, ...only('display', names[0]) }
  }

  #doubt(national: NationalIdentifiers, code: string): void {
    for (const path of national.doubtful) this.#note(code, 'information', path)
  }

  /** Once for each place, however often it is mentioned. */
  #note(code: string, severity: Finding['severity'], path: string): void {
    if (!this.#ctx.findings.some(finding => finding.code === code && finding.path === path)) this.#ctx.findings.push({ code, severity, path })
  }
}

const isIns = ({ root }: { root: string }): boolean => isInsRoot(root)

/** Each once: whoever has no resource is told apart by his name. */
export function distinct(references: readonly Reference[]): Reference[] {
  const names = references.map(({ reference, display }) => reference ?? display)
  return references.filter((_, at) => names.indexOf(names[at]) === at)
}

export function displayOf(person: PersonName | undefined): string | undefined {
  const display = [...(person?.given ?? []), person?.family].filter(part => part !== undefined).join(' ')
  return display === '' ? undefined : display
}

/** FHIR refuses a structure that lives at home (org-2, org-3). */
function withoutHome<T extends Address | ContactPoint>(part: T): T {
  if (part.use !== 'home') return part
  const { use: _, ...rest } = part
  return rest as T
}

function fill(first: object, later: object): void {
  const target = first as Record<string, unknown>
  for (const [key, value] of Object.entries(later)) if (target[key] === undefined) target[key] = value
}
