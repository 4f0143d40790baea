/*
  Whom a caller acts for: the one reading of "owner", "requester", "author" and "the MT" in every state machine.
    system    its structure, and those who work there     user    the professional himself, and his structure     patient    the person, or the relative who speaks for him
*/
import type { FhirResource, Identifier, Practitioner, PractitionerRole } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import type { Actor } from '../callers/actor.ts'

export interface IdentifierKey {
  system: string
  value: string
}

/** What is asked of ledger and store; a `Write` brings its own `read` and `search`, which also see its drafts. */
export interface ActingLookups {
  /** `Organization/<id>` behind any of these identifiers; undefined where nobody bears them. */
  organizationOf(identifiers: readonly IdentifierKey[]): Promise<string | undefined>
  read<R extends FhirResource>(reference: string): Promise<R | undefined>
  search<R extends FhirResource>(type: R['resourceType'], parameters: Record<string, string | string[]>): Promise<R[]>
}

export interface Acting {
  /** `Organization/<id>` of the structure the caller works for; undefined for persons, and for a structure that is not stored yet. */
  structure(): Promise<string | undefined>
  /** Does the caller act for this PractitionerRole, Practitioner, Organization, RelatedPerson or Patient? For anything else: no. */
  actsFor(reference: string | undefined): Promise<boolean>
}

/** In: the caller of one request; what was found is remembered as long as the answer lives, so make one for each request. */
export function actingOf(actor: Actor, lookups: ActingLookups): Acting {
  const answers = new Map<string, Promise<boolean>>()
  let found: Promise<string | undefined> | undefined
  const structure = (): Promise<string | undefined> => (found ??= structureOf(actor, lookups))
  return {
    structure,
    actsFor(reference) {
      const target = withoutVersion(reference)
      if (target === undefined) return Promise.resolve(false)
      const answer = answers.get(target) ?? judge(actor, target, { ...lookups, structure })
      answers.set(target, answer)
      return answer
    },
  }
}

/** `Organization/<id>` of the caller's structure: a professional who names none works for that of the software he uses. */
export async function structureOf(actor: Actor, { organizationOf }: Pick<ActingLookups, 'organizationOf'>): Promise<string | undefined> {
  const identifiers = structureKeysOf(actor)
  return identifiers.length === 0 ? undefined : organizationOf(identifiers)
}

/** Identifiers of the structure a caller works for; none of a citizen's. */
export function structureKeysOf({ context, user, structure }: Actor): IdentifierKey[] {
  if (context === 'patient') return []
  return user?.structure === undefined ? finess(structure) : structureKeys(user.structure)
}

const finess = (value: string | undefined): IdentifierKey[] => (value === undefined ? [] : [{ system: SYSTEM.finess, value }])

/** idNatSt: a digit that says what follows (1 FINESS, 2 SIREN, 3 SIRET), and the number itself. */
function structureKeys(idNatSt: string): IdentifierKey[] {
  const own = { system: SYSTEM.idNatSt, value: idNatSt }
  const number = idNatSt.slice(1)
  if (idNatSt.startsWith('1')) return [own, ...finess(number)]
  return /^[23]/.test(idNatSt) ? [own, { system: SYSTEM.sirene, value: number }] : [own]
}

type Judging = ActingLookups & Pick<Acting, 'structure'>

async function judge(actor: Actor, target: string, judging: Judging): Promise<boolean> {
  if (actor.context === 'patient') return actor.person !== undefined && target === (actor.person.relative ?? actor.person.patient)
  const type = target.split('/')[0]
  if (type === 'Organization') return target === (await judging.structure())
  if (type === 'PractitionerRole') return actsAsRole(actor, await judging.read<PractitionerRole>(target), judging)
  if (type === 'Practitioner') return actor.user === undefined ? worksHere(target, judging) : isHimself(actor.user.idNatPs, target, judging)
  return false
}

async function actsAsRole(actor: Actor, role: PractitionerRole | undefined, judging: Judging): Promise<boolean> {
  if (role === undefined) return false
  const { idNatPs } = actor.user ?? {}
  if (idNatPs === undefined) return isAt(role, await judging.structure())
  const practitioner = withoutVersion(role.practitioner?.reference)
  return isNamed([role.practitioner?.identifier], idNatPs) || (practitioner !== undefined && isHimself(idNatPs, practitioner, judging))
}

async function worksHere(practitioner: string, { search, structure }: Judging): Promise<boolean> {
  const organization = await structure()
  if (organization === undefined) return false
  return (await search<PractitionerRole>('PractitionerRole', { practitioner, organization })).some(role => isAt(role, organization))
}

async function isHimself(idNatPs: string, practitioner: string, { read }: Judging): Promise<boolean> {
  return isNamed((await read<Practitioner>(practitioner))?.identifier ?? [], idNatPs)
}

function isAt({ organization, active }: PractitionerRole, structure: string | undefined): boolean {
  return active !== false && structure !== undefined && withoutVersion(organization?.reference) === structure
}

/** The idNatPs of somebody in the RPPS is 8 and his RPPS number. */
function isNamed(identifiers: readonly (Identifier | undefined)[], idNatPs: string): boolean {
  const rpps = idNatPs.startsWith('8') ? idNatPs.slice(1) : undefined
  return identifiers.some(
    one => (one?.system === SYSTEM.idNatPs && one.value === idNatPs) || (one?.system === SYSTEM.rpps && rpps !== undefined && one.value === rpps),
  )
}

function withoutVersion(reference: string | undefined): string | undefined {
  return reference?.split('/_history/')[0]
}
