/*
  A message brings the qualified INS of somebody into whom others were merged: he gains it where he stands, so that his links and the numbers he was given stay.
  Anybody else without INS is stored anew from the message.
*/
import { isIns } from '../../../profiles/identity.ts'
import type { Patient } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { hubWritesOf, writeAsHub } from '../../fhir/write/hub-write.ts'
import type { ClaimKeys } from '../../ledger/identity/identity.ts'
import { tookKeys } from '../../ledger/identity/identity-changes.ts'
import { writePerson } from '../../ledger/identity/identity-rows.ts'
import type { HubParts } from '../../parts.ts'
import type { Resolved } from '../identity/identities.ts'
import { releaseHeld } from '../documents/release-held.ts'
import { closeIdentityTasks } from './identity-tasks.ts'
import { readPersonClaim } from './read-person.ts'
import { saidOver, TRAITS } from './refresh.ts'

interface Gain {
  resolved: Pick<Resolved, 'patient' | 'isInsGained'>
  /** What the message says of him. */
  mapped: { patient: string; claims: readonly ClaimKeys[] }
  cause: { id: string; traceparent: string; receivedAt: Date }
}

/** Running it again changes nothing; an INS that leads to somebody else meanwhile is the identity cell's to decide. Throws: fhir.undecided, store.unavailable. */
export async function gainIns(parts: HubParts, { resolved, mapped, cause }: Gain): Promise<void> {
  const claim = mapped.claims.find(one => one.id === mapped.patient)
  const { person } = claim ?? {}
  if (!resolved.isInsGained || claim === undefined || person?.ins?.isQualified !== true) return
  const { system, value } = person.ins
  const id = resolved.patient
  if (!(await tookKeys(parts.db, { type: 'Patient', id, keys: [{ system, value }] }))) return
  const reference = `Patient/${id}`
  const said = JSON.parse(claim.creation) as Patient
  await writeAsHub(hubWritesOf(parts), {
    key: `ins|${cause.id}|${id}`,
    patient: reference,
    traceparent: cause.traceparent,
    async act(write) {
      const known = await write.read<Patient>(reference)
      if (known === undefined || readPersonClaim(known).tag === 'qualifiee') return
      await write.change(reference, qualified(known, said))
      await closeIdentityTasks(write, reference)
    },
  })
  await parts.db.tx(async tx => {
    await writePerson(tx, { id, claim: person, isQuarantined: false, isConflict: false })
    await releaseHeld(tx, parts.keys, { patients: [reference], at: cause.receivedAt })
  })
}

/** INS, traits and reliability as the message has them; numbers, links and everything else stay. */
function qualified(known: Patient, said: Patient): Record<string, unknown> {
  const { meta = {} } = said
  const held = (known.identifier ?? []).filter(one => !isIns(one))
  const tags = (known.meta?.tag ?? []).filter(tag => tag.system !== SYSTEM.hubIdentity)
  return {
    ...saidOver(known, said, { names: TRAITS }),
    identifier: [...(said.identifier ?? []).filter(isIns), ...held],
    meta: {
      ...known.meta,
      ...(meta.profile === undefined ? {} : { profile: meta.profile }),
      tag: [...tags, { system: SYSTEM.hubIdentity, code: 'qualifiee' }],
    },
  }
}
