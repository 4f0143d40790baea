import { randomUUID } from 'node:crypto'
import type { FhirResource, Organization, Patient, Practitioner, PractitionerRole } from 'fhir/r4.js'
import { beforeEach, describe, expect, it } from 'vitest'
import { claimActors, conditionIsLedgers, meetActors, releaseActors, settleActors } from '../../../../gateway/flows/actors/claims.ts'
import { type ClaimKeys, type Resolution, resolveClaims, settleIdentities } from '../../../../gateway/ledger/identity/identity.ts'
import { localNumber, matricule, qualifiedPatient, withStatus } from '../../../support/persons.ts'
import { draftOf } from '../../../support/recorded-write.ts'
import { count, useLedger } from '../../ledger/support.ts'
import type { Met } from '../../../../gateway/flows/actors/met.ts'

const { db } = await useLedger()
beforeEach(() => db.query('truncate identity, identified, person, identity_link cascade'))

const INS = matricule(42)
const RPPS = '10100000024'
const FINESS = '540990033'

async function meet(resource: FhirResource, id: string = randomUUID()): Promise<Met> {
  const [met] = await meetActors(db, [{ type: resource.resourceType, id, resource }])
  if (met === undefined) throw new Error('not met')
  return met
}

/** As the door does: meet, claim with the plan, settle. Out: what was met, and the way back instead of the settlement. */
async function claim(resource: FhirResource, id?: string) {
  const met = await meet(resource, id)
  const draft = draftOf(resource, { id: met.id, identity: met })
  const claimed = await db.tx(tx => claimActors(tx, { cause: randomUUID(), drafts: [draft] }))
  return { met, settle: () => db.tx(tx => settleActors(tx, claimed)), release: () => db.tx(tx => releaseActors(tx, claimed)) }
}

async function store(resource: FhirResource): Promise<string> {
  const { met, settle } = await claim(resource)
  await settle()
  return met.id
}

async function change(id: string, before: FhirResource, resource: FhirResource): Promise<void> {
  const claimed = await db.tx(tx => claimActors(tx, { cause: randomUUID(), drafts: [draftOf(resource, { id, before })] }))
  await db.tx(tx => settleActors(tx, claimed))
}

/** A document that names somebody by these keys. */
async function document(claimed: Partial<ClaimKeys> & { type: string }): Promise<Resolution> {
  const id = randomUUID()
  const creation = JSON.stringify({ resourceType: claimed.type, id })
  const [resolution] = await db.tx(tx => resolveClaims(tx, [{ id, keys: [], creation, ...claimed }], { cause: randomUUID() }))
  if (resolution === undefined) throw new Error('not resolved')
  return resolution
}

const documentPerson = (more: Partial<NonNullable<ClaimKeys['person']>> = {}): Promise<Resolution> =>
  document({
    type: 'Patient',
    person: {
      ins: { system: 'urn:oid:1.2.250.1.213.1.4.10', value: INS, isQualified: true },
      ipps: [],
      traits: { birthFamily: 'EXEMPLE', firstGiven: 'CLAIRE', birthDate: '1979-03-28', sex: 'female', birthPlaceCode: '51215' },
      tag: 'qualifiee',
      ...more,
    },
  })

describe('a person shared by documents and the FHIR door', () => {
  it('made through the door, found by a document with the same qualified INS', async () => {
    const id = await store(qualifiedPatient(INS))
    expect(await documentPerson()).toMatchObject({ id, state: 'settled', person: 'linked' })
  })

  it('made by a document, met by the door; while it is pending the door includes the same bytes', async () => {
    const made = await documentPerson()
    expect(await meet(qualifiedPatient(INS))).toMatchObject({ id: made.id, state: 'pending', creation: made.creation })
    await db.tx(tx => settleIdentities(tx, [made]))
    expect(await meet(qualifiedPatient(INS))).toMatchObject({ id: made.id, state: 'settled', person: { outcome: 'linked' } })
  })

  it('a trait that differs is a conflict, the same for the same conflict, and tells which trait', async () => {
    const known = await store(qualifiedPatient(INS))
    const { met, settle } = await claim(qualifiedPatient(INS, { birthDate: '1950-01-01' }))
    await settle()
    expect(met).toMatchObject({ state: 'new', person: { outcome: 'conflict', isQuarantined: true, differing: ['birthDate'] } })
    expect(met.id).not.toBe(known)
    expect(await meet(qualifiedPatient(INS, { birthDate: '1950-01-01' }))).toMatchObject({ id: met.id, state: 'settled' })
    expect(await meet(qualifiedPatient(INS))).toMatchObject({ id: known, state: 'settled' })
  })

  it('the same local number without INS is the same person; without any number everybody stands apart, also in one write', async () => {
    const byNumber: Patient = { ...withStatus(qualifiedPatient(INS), 'PROV'), identifier: [localNumber('IPP-1')] }
    const id = await store(byNumber)
    expect(await meet({ ...byNumber, birthDate: '1979-03-29' })).toMatchObject({ id, state: 'settled' })
    const nameless = withStatus(qualifiedPatient(INS), 'PROV')
    const both = await meetActors(
      db,
      [1, 2].map(() => ({ type: 'Patient', id: randomUUID(), resource: nameless })),
    )
    expect(both.map(met => met.state)).toEqual(['new', 'new'])
    expect(both[0]?.id).not.toBe(both[1]?.id)
  })

  it('a person known by a local number becomes qualified under the same id', async () => {
    const id = await store({ ...withStatus(qualifiedPatient(INS), 'PROV'), identifier: [localNumber('IPP-2')] })
    const whole = qualifiedPatient(INS, { identifier: [...(qualifiedPatient(INS).identifier ?? []), localNumber('IPP-2')] })
    const { met, settle } = await claim(whole)
    expect(met).toMatchObject({ id, state: 'upgrade' })
    await settle()
    expect(await documentPerson()).toMatchObject({ id, person: 'linked', isQuarantined: false })
  })

  it('a PUT that adds numbers makes them lead here; one that leads to somebody else is refused', async () => {
    const [first, second] = [qualifiedPatient(INS), qualifiedPatient(matricule(43))]
    const [one, other] = [await store(first), await store(second)]
    const numbered = { ...first, identifier: [...(first.identifier ?? []), localNumber('IPP-3')] }
    await change(one, first, numbered)
    expect(await meet({ ...withStatus(first, 'PROV'), identifier: [localNumber('IPP-3')] })).toMatchObject({ id: one, state: 'settled' })
    await expect(change(other, second, { ...second, identifier: [...(second.identifier ?? []), localNumber('IPP-3')] })).rejects.toMatchObject({
      code: 'fhir.duplicate',
      path: 'Patient.identifier',
    })
  })

  it('two who are one cannot be created in one write', async () => {
    const twice = [1, 2].map(() => ({ type: 'Patient', id: randomUUID(), resource: qualifiedPatient(INS) }))
    await expect(meetActors(db, twice)).rejects.toMatchObject({ code: 'fhir.duplicate' })
  })

  it('somebody who became known since the write met nobody: the write begins again', async () => {
    const met = await meet(qualifiedPatient(INS))
    await documentPerson()
    const draft = draftOf(qualifiedPatient(INS), { id: met.id, identity: met })
    await expect(db.tx(tx => claimActors(tx, { cause: randomUUID(), drafts: [draft] }))).rejects.toMatchObject({ code: 'store.conflict' })
    expect((await meet(qualifiedPatient(INS))).state).toBe('pending')
  })

  it('a write that never reached the store leaves nothing that leads to it', async () => {
    const { release } = await claim(qualifiedPatient(INS))
    await release()
    await release()
    expect(await count(db, 'identity')).toBe(0)
    expect((await meet(qualifiedPatient(INS))).state).toBe('new')
    const { settle, release: tooLate } = await claim(qualifiedPatient(INS))
    await settle()
    await tooLate()
    expect((await meet(qualifiedPatient(INS))).state).toBe('settled')
  })

  it('a condition by an INS is not for the store to answer', () => {
    expect(conditionIsLedgers('Patient', `identifier=urn:oid:1.2.250.1.213.1.4.10|${INS}`)).toBe(true)
    expect(conditionIsLedgers('Patient', `http://127.0.0.1:8080/fhir/Patient?identifier=${encodeURIComponent(`urn:oid:1.2.250.1.213.1.4.10|${INS}`)}`)).toBe(
      true,
    )
    expect(conditionIsLedgers('Patient', `Patient?identifier=${INS}`)).toBe(true)
    expect(conditionIsLedgers('Patient', 'identifier=urn:oid:1.2.250.1.999.2|IPP-42')).toBe(false)
    expect(conditionIsLedgers('Organization', `identifier=${INS}`)).toBe(false)
  })
})

describe('professionals and structures shared by documents and the FHIR door', () => {
  const practitioner = (system: string, value: string): Practitioner => ({ resourceType: 'Practitioner', identifier: [{ system, value }] })
  const organization = (system: string, value: string): Organization => ({ resourceType: 'Organization', identifier: [{ system, value }] })

  it.each<[string, FhirResource, FhirResource]>([
    ['RPPS and idNatPs', practitioner('https://rpps.esante.gouv.fr', RPPS), practitioner('urn:oid:1.2.250.1.71.4.2.1', `8${RPPS}`)],
    ['FINESS and idNatSt', organization('https://finess.esante.gouv.fr', FINESS), organization('urn:oid:1.2.250.1.71.4.2.2', `1${FINESS}`)],
    ['SIRET and idNatSt', organization('https://sirene.fr', '73282932000074'), organization('urn:oid:1.2.250.1.71.4.2.2', '373282932000074')],
  ])('%s are two forms of one number', async (_, one, other) => {
    expect(await meet(other)).toMatchObject({ state: 'new' })
    const id = await store(one)
    expect(await meet(other)).toMatchObject({ id, state: 'settled' })
  })

  it('a document finds them, and the role of that professional at that structure', async () => {
    const practitionerId = await store(practitioner('https://rpps.esante.gouv.fr', RPPS))
    const organizationId = await store(organization('https://finess.esante.gouv.fr', FINESS))
    const role: PractitionerRole = {
      resourceType: 'PractitionerRole',
      practitioner: { reference: `Practitioner/${practitionerId}` },
      organization: { reference: `Organization/${organizationId}` },
    }
    const roleId = await store(role)
    const system = 'https://hub.e-parcours.example/fhir/NamingSystem/practitioner-role'
    expect(await document({ type: 'Organization', keys: [{ system: 'https://finess.esante.gouv.fr', value: FINESS }] })).toMatchObject({ id: organizationId })
    expect(await document({ type: 'PractitionerRole', keys: [{ system, value: `${RPPS}@${FINESS}` }] })).toMatchObject({ id: roleId, state: 'settled' })
  })

  it('a second role at the same place is one of its own: roles are known by their identifiers', async () => {
    const role: PractitionerRole = { resourceType: 'PractitionerRole', practitioner: { reference: `Practitioner/${randomUUID()}` } }
    expect(await store(role)).not.toBe(await store(role))
  })
})
