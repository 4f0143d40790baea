/*
  From what the ledger knows of a person and of the one who asks to the facts of one decision; pure and total.
  Spec: fhir-fr.md 2.5, 4.3, 4.4.
*/
import { isRunning } from '../../flows/period.ts'
import type { PersonRights, PersonRow } from '../../ledger/rights/access.ts'
import type { Level, RightsFacts } from '../../../profiles/tables/decisions.ts'
import type { AccessRow, ConsentDetail } from './access-rows.ts'
import type { Party } from './party.ts'
import type { Purpose } from '../callers/purpose.ts'
import { DAC } from '../../../profiles/tables/sectors.ts'

/** What is looked at. */
export interface Thing {
  type: string
  /** `Type/<id>` */
  reference: string
  /** Structures that wrote or keep it. */
  authors: readonly string[]
  /** Document type (LOINC). */
  documentType?: string
  /** Confidentiality and visibility codes of a document. */
  flags?: readonly string[]
  /** `DocumentReference/<id>`s that it was made from or goes with, itself among them: what hides one hides it. */
  documents?: readonly string[]
  /** References it was sent to, and that sent it. */
  addressedTo?: readonly string[]
  /** Structures that collected a consent. */
  collectedBy?: readonly string[]
}

export interface Asked {
  purpose: Purpose | undefined
  at: Date
  /** Of break-glass. */
  reason?: string | undefined
  /** The configuration lets an emergency go before an opposition. */
  isEmergencyFirst?: boolean
}

export interface Question {
  party: Party
  person: PersonRights
  thing: Thing
  asked: Asked
}

type Row<Kind extends AccessRow['kind']> = PersonRow & Extract<AccessRow, { kind: Kind }>

const rowsOf = <Kind extends AccessRow['kind']>({ rows }: PersonRights, kind: Kind): Row<Kind>[] => rows.filter((row): row is Row<Kind> => row.kind === kind)

export function factsOf({ party, person, thing, asked }: Question): RightsFacts {
  const members = currentMembers(person, asked.at)
  const member = members.filter(row => isParty(party, row.party))
  const relation = relationOf({ party, person, asked })
  const flags = [...(thing.flags ?? []), ...hiddenIn(person, thing.documents ?? [thing.reference])]
  const addressed = rowsOf(person, 'addressed').filter(row => isAddressedTo(party, row))
  return {
    recipient: 'party',
    relation,
    isProfessional: party.kind === 'professional' || party.kind === 'structure',
    isSetApart: person.isSetApart,
    isOpposed: relation === 'none' && rowsOf(person, 'consent').some(row => opposes({ party, members, thing, asked }, row)),
    isAuthor: thing.authors.some(structure => structure === party.structures[0]),
    isConsent: thing.type === 'Consent',
    isConsentAgainst: relation === 'none' && rowsOf(person, 'consent').some(row => isAgainst({ party, members, thing, asked }, row)),
    isConsentReader: thing.type === 'Consent' && readsConsents({ party, person, thing, member }),
    isInformed: rowsOf(person, 'consent').some(({ detail }) => INFORMED.includes(detail.nature) && !detail.isDeny && isRunning(detail.period, asked.at)),
    memberLevel: memberLevel(member, party),
    addressedLevel: addressedLevel({ party, thing, addressed }),
    messageLevel: (thing.addressedTo ?? []).some(reference => isParty(party, reference) || party.references.includes(reference)) ? ownLevel(party) : 'aucun',
    partageLevel: rowsOf(person, 'consent').some(row => shares({ party, members, thing, asked }, row)) ? sharedLevel(party) : 'aucun',
    isEmergency: asked.purpose === 'BTG' && (asked.reason ?? '') !== '' && party.kind === 'professional' && party.sector === 'health',
    isEmergencyFirst: asked.isEmergencyFirst === true,
    masquePs: flags.includes('MASQUE_PS') || (flags.includes('MASQUE_PSOCIAL') && party.sector === 'social'),
    invisiblePatient: flags.includes('INVISIBLE_PATIENT'),
    invisibleRepLegaux: flags.includes('INVISIBLE_REPRESENTANTS_LEGAUX') || flags.includes('INVISIBLE_REP_LEGAUX'),
  }
}

/** The visibility marks of these documents as the ledger knows them at this moment. */
export const hiddenIn = (person: PersonRights, documents: readonly string[]): string[] =>
  rowsOf(person, 'hidden').flatMap(({ source, detail }) => (documents.includes(source) ? detail.flags : []))

const INFORMED = ['information', 'accord']

/** Only an active circle opens, and only to those whose time it is. */
function currentMembers(person: PersonRights, at: Date): Row<'member'>[] {
  return rowsOf(person, 'member').filter(({ detail }) => detail.status === 'active' && isRunning(detail.period, at) && isRunning(detail.circle, at))
}

/** Is it he himself, or the structure he works for? */
const isParty = (party: Party, reference: string | undefined): boolean =>
  reference !== undefined && reference !== '' && (party.references.includes(reference) || party.structures[0] === reference)

/** What is delivered to a professional is delivered to his structure. */
const isAddressedTo = (party: Party, { party: owner, organization }: PersonRow): boolean =>
  isParty(party, owner) || (party.kind === 'structure' && organization !== undefined && party.structures[0] === organization)

function relationOf({ party, person, asked }: Pick<Question, 'party' | 'person' | 'asked'>): RightsFacts['relation'] {
  if (party.kind === 'person') return [person.patient, ...(person.linked ?? [])].some(one => party.references.includes(one)) ? 'self' : 'none'
  if (party.kind !== 'relative') return 'none'
  const isGuard = rowsOf(person, 'relative').some(
    ({ party: who, detail }) => isParty(party, who) && detail.isActive && isRunning(detail.period, asked.at) && detail.relationships.includes('GUARD'),
  )
  return isGuard ? 'guard' : 'none'
}

interface Matching {
  party: Party
  members: readonly Row<'member'>[]
  thing: Thing
  asked: Asked
}

/** A denial written on a clock that runs ahead, or with a day alone, holds at once; with a day as its end it holds until that day is over. */
const EARLY_MS = 14 * 3_600_000
const DAY_MS = 24 * 3_600_000

function opposes(matching: Matching, { party: actor, practitioner, detail }: Row<'consent'>): boolean {
  if (!isDenied(matching.asked, detail) || !isWithin(matching.thing, detail)) return false
  return actor === undefined || namesAgainst(matching, actor, practitioner)
}

/** Is the consent that is looked at an opposition to him by name? Then he sees nothing of it, however narrow it is. */
const isAgainst = (matching: Matching, { source, party: actor, practitioner, detail }: Row<'consent'>): boolean =>
  source === matching.thing.reference && actor !== undefined && isDenied(matching.asked, detail) && namesAgainst(matching, actor, practitioner)

/** A time that cannot be read is no reason to share. */
function isDenied({ at }: Asked, { isDeny, nature, period: { start, end } = {} }: ConsentDetail): boolean {
  if (!isDeny || nature !== 'opposition') return false
  const from = start === undefined ? Number.NEGATIVE_INFINITY : Date.parse(start) - (start.length <= 10 ? EARLY_MS : EARLY_MS / 14)
  const until = end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end) + (end.length <= 10 ? DAY_MS : 0)
  return !(from > at.getTime()) && !(until <= at.getTime())
}

/** Who refuses a professional refuses him wherever he works. */
const namesAgainst = (matching: Matching, actor: string, practitioner: string | undefined): boolean =>
  names(matching, actor) || (practitioner !== undefined && matching.party.references.includes(practitioner))

function shares(matching: Matching, { party: actor, detail }: Row<'consent'>): boolean {
  const { purpose, at } = matching.asked
  if (detail.isDeny || detail.nature !== 'partage' || actor === undefined || !isRunning(detail.period, at)) return false
  return names(matching, actor) && isWithin(matching.thing, detail) && purpose !== undefined && detail.purposes.includes(purpose)
}

/** The same one, his structure or one above it, a circle he is a current member of. */
function names({ party, members }: Matching, actor: string): boolean {
  if (party.references.includes(actor) || party.structures.includes(actor)) return true
  return actor.startsWith('CareTeam/') && members.some(row => row.source === actor && isParty(party, row.party))
}

/** A consent without limits is about everything. */
function isWithin({ type, reference, documentType }: Thing, { classes, codes, references }: ConsentDetail): boolean {
  if (references.length > 0 && !references.includes(reference)) return false
  if (classes.length > 0 && !classes.includes(type) && !(documentType !== undefined && classes.includes(documentType))) return false
  return codes.length === 0 || (documentType !== undefined && codes.includes(documentType))
}

/** The structure that collected it, the person's DAC, his médecin traitant. */
function readsConsents({ party, person, thing, member }: Pick<Question, 'party' | 'person' | 'thing'> & { member: readonly Row<'member'>[] }): boolean {
  const own = party.structures[0]
  if (own !== undefined && (thing.collectedBy ?? []).includes(own)) return true
  if (member.some(({ detail }) => detail.roles.includes('PCP'))) return true
  if (party.type !== DAC) return false
  const isManaging = rowsOf(person, 'managing').some(row => row.party === own && row.detail.status === 'active')
  return isManaging || member.length > 0 || rowsOf(person, 'addressed').some(row => isAddressedTo(party, row))
}

const LEVELS: readonly Level[] = ['aucun', 'minimal', 'restreint', 'complet']

const highest = (levels: readonly Level[]): Level =>
  levels.reduce((best, level) => (LEVELS.indexOf(level) > LEVELS.indexOf(best) ? level : best), 'aucun' as Level)

const lowest = (levels: readonly Level[]): Level =>
  levels.reduce((least, level) => (LEVELS.indexOf(level) < LEVELS.indexOf(least) ? level : least), 'complet' as Level)

const isLevel = (level: string | undefined): level is Level => LEVELS.includes(level as Level)

/** The médecin traitant and the coordonnateur, whatever their profession. */
const LEADING_ROLES = ['PCP', '330']
const MINIMAL_ROLES = ['AGNT', 'CAREGIVER']

/** An entry that names himself goes before one that names his structure, what the circle says before what his kind gets; of what it says twice, the lower. */
function memberLevel(member: readonly Row<'member'>[], party: Party): Level {
  const own = member.filter(row => party.references.includes(row.party ?? ''))
  const entries = own.length > 0 ? own : member
  const said = entries.flatMap(({ detail }) => (isLevel(detail.level) ? [detail.level] : []))
  return said.length > 0 ? lowest(said) : highest(entries.map(row => usualLevel(row, party)))
}

function usualLevel({ detail: { roles } }: Row<'member'>, party: Party): Level {
  if (LEADING_ROLES.some(role => roles.includes(role))) return 'complet'
  return MINIMAL_ROLES.some(role => roles.includes(role)) ? 'minimal' : ownLevel(party)
}

const ownLevel = ({ sector }: Party): Level => (sector === 'health' ? 'complet' : 'minimal')

/** Met for one act: not one of the circle. */
const outsideLevel = ({ sector }: Party): Level => (sector === 'health' ? 'restreint' : 'minimal')

/** What the person agrees to share is shared whole, but in social mode. */
const sharedLevel = ({ sector }: Party): Level => (sector === 'health' || sector === 'citizen' ? 'complet' : 'minimal')

/** What was delivered to him, what it is about and the agreement to it; of the person identity and contacts. */
function addressedLevel({ party, thing, addressed }: { party: Party; thing: Thing; addressed: readonly Row<'addressed'>[] }): Level {
  if (addressed.length === 0) return 'aucun'
  if (thing.type === 'Patient') return outsideLevel(party)
  return addressed.some(({ detail }) => detail.covers.includes(thing.reference)) ? ownLevel(party) : 'aucun'
}
