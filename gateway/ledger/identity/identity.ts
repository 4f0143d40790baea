/*
  Which resource an identity is: looked up, else reserved with the bytes of its creation, so that whoever meets it before it is stored includes the same bytes.
  Keys are locked in one order; a claim that changes nothing takes no lock, so lanes that share an organisation do not wait for each other.
*/
import type { Tx } from '../db.ts'
import { type Known, loadKnown, type ResolvedWrite, writeIdentities } from './identity-rows.ts'
import type { Traits } from '../../../profiles/identity.ts'
import { decidePerson, type IdentityKey, keysOfPerson, type PersonClaim, type PersonOutcome } from './persons.ts'

/** An identity that a message names. */
export interface ClaimKeys {
  type: string
  /** The candidate id, used wherever the message's resources refer to it. */
  id: string
  keys: IdentityKey[]
  /** The resource to create, as JSON text, under the candidate id; other candidates inside it are replaced by what they resolve to. */
  creation: string
  person?: PersonClaim
  /** What a person hangs on that nothing else names, if not the document of the message. */
  document?: string
}

export interface Resolution {
  candidateId: string
  id: string
  type: string
  /** new: this message creates or replaces it; pending: another one is about to, include `creation`; settled: it is stored. */
  state: 'new' | 'pending' | 'settled'
  /** The bytes to PUT, unless settled. */
  creation?: string
  /** Of that creation: settling an older one leaves a newer one pending. */
  revision: number
  person?: PersonOutcome
  /** Of persons: shown to their source and the identity cell only, no fan-out. */
  isQuarantined?: boolean
  /** Of persons: apart because a trait contradicts a qualified INS; also when an IPP leads there. */
  isConflict?: boolean
  /** Of a conflict: the traits that contradict. */
  differing?: (keyof Traits)[]
  tag?: string
  /** Of persons: this message brings his INS, and he is not stored anew. */
  isInsGained?: true
  /** Of persons: others were merged into him. */
  isSurvivor?: boolean
}

export interface ResolveOptions {
  /** The message. */
  cause: string
  /** What a person hangs on that nothing else names: the document's id, so that its resending finds the same. */
  document?: string
}

/** Resolves all claims of a message; call it in a transaction of its own. Running it again gives the same ids. */
export async function resolveClaims(tx: Tx, claims: readonly ClaimKeys[], options: ResolveOptions): Promise<Resolution[]> {
  const document = options.document ?? options.cause
  const keysOf = (some: readonly ClaimKeys[]) => some.flatMap(claim => keysOfClaim(claim, document).map(key => ({ type: claim.type, ...key })))
  let locked = new Set<ClaimKeys>()
  for (;;) {
    const { resolutions, writes, writing } = resolve(claims, await loadKnown(tx, keysOf(claims)), document)
    if (writing.every(claim => locked.has(claim))) {
      await writeIdentities(tx, writes, options.cause)
      return resolutions
    }
    // Only what is written is locked: whoever names the same structure does not wait.
    locked = new Set([...locked, ...writing])
    await lockKeys(tx, keysOf([...locked]))
  }
}

/** What `resolveClaims` would decide at this moment; claims nothing. In: persons with what they hang on. */
export async function lookUpClaims(tx: Tx, claims: readonly ClaimKeys[]): Promise<Resolution[]> {
  const keys = claims.flatMap(claim => keysOfClaim(claim, '').map(key => ({ type: claim.type, ...key })))
  return resolve(claims, await loadKnown(tx, keys), '').resolutions
}

/** The transaction that stored them is committed: nobody needs their creation any more. */
export async function settleIdentities(tx: Tx, ids: readonly (string | { id: string; revision: number })[]): Promise<void> {
  const wanted = ids.map(one => (typeof one === 'string' ? { id: one, revision: null } : one)).sort((a, b) => (a.id < b.id ? -1 : 1))
  if (wanted.length === 0) return
  await tx.query(
    `update identified set state = 'settled', creation = null where id in (
       select f.id from identified f join unnest($1::uuid[], $2::int[]) w (id, revision) on w.id = f.id
       where f.state = 'pending' and f.revision = coalesce(w.revision, f.revision) order by f.id for update of f)`,
    [wanted.map(one => one.id), wanted.map(one => one.revision)],
    'identities-settle',
  )
}

function keysOfClaim(claim: ClaimKeys, document: string): IdentityKey[] {
  return claim.person === undefined ? claim.keys : keysOfPerson(claim.person, claim.document ?? document)
}

/** In one order, so that no two wait for each other. */
export async function lockKeys(tx: Tx, keys: { type: string; system: string; value: string }[]): Promise<void> {
  await tx.query(
    'select pg_advisory_xact_lock(h) from (select distinct hashtextextended(k, 4201003) as h from unnest($1::text[]) k order by 1) sorted',
    [keys.map(key => `${key.type}|${key.system}|${key.value}`)],
    'identities-lock',
  )
}

interface Outcome {
  resolutions: Resolution[]
  writes: ResolvedWrite[]
  /** The claims that are written. */
  writing: ClaimKeys[]
}

/** Pure: what each claim is, given what is known, and what is then to be written. */
function resolve(claims: readonly ClaimKeys[], known: Known, document: string): Outcome {
  const resolutions: Resolution[] = []
  const writes: ResolvedWrite[] = []
  const writing: ClaimKeys[] = []
  for (const claim of claims) {
    const { resolution, write } = claim.person === undefined ? resolveThing(claim, known) : resolvePerson(claim, claim.person, { known, document })
    if (write !== undefined) {
      known.remember(write)
      writes.push(write)
      writing.push(claim)
    }
    resolutions.push(resolution)
  }
  replaceCandidates(resolutions, writes)
  return { resolutions, writes, writing }
}

interface Resolved {
  resolution: Resolution
  write?: ResolvedWrite
}

function resolveThing(claim: ClaimKeys, known: Known): Resolved {
  const found = claim.keys.map(key => known.find(claim.type, key)).find(one => one !== undefined)
  const missing = claim.keys.filter(key => known.find(claim.type, key) === undefined)
  if (found === undefined) {
    const write: ResolvedWrite = { kind: 'create', type: claim.type, id: claim.id, keys: claim.keys, creation: claim.creation, revision: 1 }
    return { resolution: { candidateId: claim.id, id: claim.id, type: claim.type, state: 'new', creation: claim.creation, revision: 1 }, write }
  }
  const resolution = resolutionOf(claim, found)
  return missing.length === 0
    ? { resolution }
    : { resolution, write: { kind: 'keys', type: claim.type, id: found.id, keys: missing, revision: found.revision } }
}

function resolvePerson(claim: ClaimKeys, person: PersonClaim, { known, document }: { known: Known; document: string }): Resolved {
  const decision = decidePerson(person, key => known.findPerson(claim.type, key), claim.document ?? document)
  const { outcome, keys, isQuarantined, against } = decision
  const differing = decision.differing === undefined ? {} : { differing: decision.differing }
  const found = decision.known === undefined ? undefined : known.byId(decision.known.id)
  if (found !== undefined && outcome !== 'upgraded') {
    const resolution = {
      ...resolutionOf(claim, found),
      person: outcome,
      isQuarantined,
      isConflict: decision.known?.isConflict === true,
      isSurvivor: decision.known?.isSurvivor === true,
      tag: decision.known?.tag ?? person.tag,
      ...differing,
      ...(decision.isInsGained === true ? { isInsGained: true as const } : {}),
    }
    return keys.length === 0 ? { resolution } : { resolution, write: { kind: 'keys', type: claim.type, id: found.id, keys, revision: found.revision } }
  }
  const id = found?.id ?? claim.id
  const revision = (found?.revision ?? 0) + 1
  const said = { claim: person, isQuarantined, isConflict: outcome === 'conflict', ...(against === undefined ? {} : { against }) }
  const write: ResolvedWrite = {
    kind: found === undefined ? 'create' : 'upgrade',
    type: claim.type,
    id,
    keys,
    creation: claim.creation,
    revision,
    person: said,
  }
  const made = { candidateId: claim.id, id, type: claim.type, state: 'new', creation: claim.creation, revision } as const
  return { resolution: { ...made, person: outcome, isQuarantined, tag: person.tag, ...differing }, write }
}

function resolutionOf(claim: ClaimKeys, found: { id: string; state: 'new' | 'pending' | 'settled'; creation?: string; revision: number }): Resolution {
  const { id, state, creation, revision } = found
  return { candidateId: claim.id, id, type: claim.type, state, revision, ...(creation === undefined ? {} : { creation }) }
}

/** Ids are all 36 characters and unguessable, so a candidate is replaced as text. */
function replaceCandidates(resolutions: Resolution[], writes: ResolvedWrite[]): void {
  const moved = resolutions.filter(one => one.candidateId !== one.id)
  const replaced = (text: string) => moved.reduce((now, { candidateId, id }) => now.replaceAll(candidateId, id), text)
  for (const one of resolutions) if (one.state === 'new' && one.creation !== undefined) one.creation = replaced(one.creation)
  for (const write of writes) if (write.creation !== undefined) write.creation = replaced(write.creation)
}
