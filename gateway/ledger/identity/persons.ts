/*
  Decides which person an incoming identity is; pure. Nothing is ever merged on names.

  qualified INS known, traits equal            → linked
  qualified INS known, a trait differs         → conflict: a patient apart, the same for the same conflict
  qualified INS unknown, IPP unknown           → created
  qualified INS unknown, IPP known without INS → upgraded if the traits are equal (one into whom others were merged gains it where he stands), else conflict
  qualified INS unknown, IPP of another INS    → conflict
  no qualified INS, IPP known                  → linked to the person of that source
  no qualified INS, no known IPP               → created apart; without any IPP one per document
*/
import { createHash } from 'node:crypto'
import { differingTraits, type IdentityTag, type Traits } from '../../../profiles/identity.ts'

export interface IdentityKey {
  system: string
  value: string
}

/** What a message says of its patient. */
export interface PersonClaim {
  ins?: { system: string; value: string; isQualified: boolean }
  ipps: IdentityKey[]
  traits: Traits
  tag: IdentityTag
}

/** What the ledger knows of a person. */
export interface KnownPerson {
  id: string
  ins?: IdentityKey
  traits: Traits
  tag: IdentityTag
  isQuarantined: boolean
  isConflict: boolean
  /** Others were merged into him: what is stored of him is not made anew from a message. */
  isSurvivor?: boolean
}

export type PersonOutcome = 'linked' | 'created' | 'conflict' | 'upgraded'

export interface PersonDecision {
  outcome: PersonOutcome
  /** The person that is meant; undefined where a new one is made. */
  known?: KnownPerson
  /** Keys that lead to that person from now on. */
  keys: IdentityKey[]
  isQuarantined: boolean
  /** In a conflict: the person it contradicts, and in which traits. */
  against?: string
  differing?: (keyof Traits)[]
  /** The message brings the INS of a person who is not stored anew. */
  isInsGained?: true
}

const CONFLICT = 'hub:conflit'
const DOCUMENT = 'hub:document'

/** `document` is what the identity hangs on where nothing else names the person. */
export function decidePerson(claim: PersonClaim, find: (key: IdentityKey) => KnownPerson | undefined, document: string): PersonDecision {
  const ins = claim.ins?.isQualified === true ? { system: claim.ins.system, value: claim.ins.value } : undefined
  const unknownIpps = claim.ipps.filter(ipp => find(ipp) === undefined)
  const byIpp = claim.ipps.map(find).find(person => person !== undefined)
  if (ins === undefined) return withoutIns(claim, { find, document, byIpp, unknownIpps })

  const byIns = find(ins)
  if (byIns !== undefined) {
    return differingTraits(byIns.traits, claim.traits).length === 0
      ? { outcome: 'linked', known: byIns, keys: unknownIpps, isQuarantined: byIns.isQuarantined, ...gained(byIns) }
      : conflict(claim, { find, against: byIns, keys: unknownIpps })
  }
  if (byIpp === undefined) return { outcome: 'created', keys: [ins, ...unknownIpps], isQuarantined: false }
  if (byIpp.ins === undefined && !byIpp.isConflict && differingTraits(byIpp.traits, claim.traits).length === 0) {
    if (byIpp.isSurvivor === true) return { outcome: 'linked', known: byIpp, keys: unknownIpps, isQuarantined: byIpp.isQuarantined, ...gained(byIpp) }
    return { outcome: 'upgraded', known: byIpp, keys: [ins, ...unknownIpps], isQuarantined: false }
  }
  return conflict(claim, { find, against: byIpp, keys: unknownIpps })
}

/** Until it is stored his INS may lead to him already. */
const gained = ({ isSurvivor, ins }: KnownPerson): { isInsGained?: true } => (isSurvivor === true && ins === undefined ? { isInsGained: true } : {})

/** Every key that may lead to a decision on this claim: those to read and to lock. */
export function keysOfPerson(claim: PersonClaim, document: string): IdentityKey[] {
  const qualified = claim.ins?.isQualified === true ? [{ system: claim.ins.system, value: claim.ins.value }, conflictKey(claim)] : []
  return [...qualified, ...claim.ipps, documentKey(document)]
}

interface WithoutIns {
  find(key: IdentityKey): KnownPerson | undefined
  document: string
  byIpp: KnownPerson | undefined
  unknownIpps: IdentityKey[]
}

function withoutIns(claim: PersonClaim, { find, document, byIpp, unknownIpps }: WithoutIns): PersonDecision {
  if (byIpp !== undefined) return { outcome: 'linked', known: byIpp, keys: unknownIpps, isQuarantined: byIpp.isQuarantined }
  const isQuarantined = claim.tag !== 'validee' && claim.tag !== 'qualifiee'
  if (unknownIpps.length > 0) return { outcome: 'created', keys: unknownIpps, isQuarantined }
  const key = documentKey(document)
  const again = find(key)
  return again === undefined
    ? { outcome: 'created', keys: [key], isQuarantined }
    : { outcome: 'created', known: again, keys: [], isQuarantined: again.isQuarantined }
}

function conflict(
  claim: PersonClaim,
  { find, against, keys }: { find(key: IdentityKey): KnownPerson | undefined; against: KnownPerson; keys: IdentityKey[] },
): PersonDecision {
  const key = conflictKey(claim)
  const again = find(key)
  const said = { outcome: 'conflict', isQuarantined: true, against: against.id, differing: differingTraits(against.traits, claim.traits) } as const
  return again === undefined ? { ...said, keys: [key, ...keys] } : { ...said, known: again, keys }
}

/** The same INS with the same (differing) traits from the same IPPs is the same conflict. */
function conflictKey({ ins, ipps, traits }: PersonClaim): IdentityKey {
  const values = [traits.birthFamily, traits.firstGiven, traits.birthDate, traits.sex, traits.birthPlaceCode].map(plain)
  const sources = ipps.map(ipp => `${ipp.system}|${ipp.value}`).sort()
  return {
    system: CONFLICT,
    value: createHash('sha256')
      .update(JSON.stringify([ins?.system, ins?.value, values, sources]))
      .digest('base64url'),
  }
}

function documentKey(document: string): IdentityKey {
  return { system: DOCUMENT, value: document }
}

function plain(text: string | undefined): string {
  return (text ?? '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim()
}
