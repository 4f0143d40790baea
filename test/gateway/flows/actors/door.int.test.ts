import type { OperationOutcome, Organization, Patient, Practitioner, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { PROFILE, SYSTEM } from '../../../../profiles/canonicals.ts'
import { tre } from '../../../../profiles/oids.ts'
import { letterOf } from '../../../support/letters.ts'
import { INS_TEST, localNumber, matricule, qualifiedPatient, rpps, withStatus } from '../../../support/persons.ts'
import { completeFlow, exchange, getJson, readSandbox, token } from '../../../support/sandbox.ts'
import { refusals, Vendor } from '../../../support/vendor.ts'

// Persons, professionals and structures on the running stack: what hospitals send in documents and what vendors write through the FHIR door are the same ones.

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
const dac = await Vendor.of(sandbox, 'dac')
const run = Date.now().toString(36)
let count = Date.now() % 9_000_000
const next = (): number => (count += 1)

const post = (patient: Patient, ifNoneExist: string, prefer = 'return=representation') =>
  dac.send<Patient & { id: string }>('POST', 'Patient', { body: patient, headers: { 'if-none-exist': ifNoneExist, prefer } })
const byIns = (ins: string): string => `identifier=${INS_TEST}|${ins}`
const tagsOf = (patient: Patient): (string | undefined)[] => patient.meta?.tag?.map(tag => tag.code) ?? []
const tasksOf = async (patient: string): Promise<Task[]> => {
  const found = await getJson<{ entry?: { resource: Task }[] }>(`${sandbox.hapi}/Task?subject=Patient/${patient}`)
  return (found.entry ?? []).map(one => one.resource)
}

/** Sends a letter about a person. Out: the id of the Patient it was filed under. */
async function filed(person: number): Promise<string | undefined> {
  const controlId = `DOOR-${run}-${next()}`
  const letter = letterOf({ controlId, person, to: [`door.${controlId.toLowerCase()}@test.mssante.fr`] })
  expect(await exchange(sandbox.mllp, letter.bytes)).toContain('MSA|AA|')
  await completeFlow(sandbox, operator, controlId)
  const found = await getJson<{ entry?: { resource: { subject: { reference: string } } }[] }>(
    `${sandbox.hapi}/DocumentReference?identifier=urn:oid:${letter.documentId}`,
  )
  return found.entry?.[0]?.resource.subject.reference.split('/')[1]
}

describe('a person of documents and of the FHIR door', () => {
  it('made through the door, a later letter with the same qualified INS is filed under him, unchanged', async () => {
    const person = next()
    const made = await post(qualifiedPatient(matricule(person)), byIns(matricule(person)))
    expect(made.status).toBe(201)
    expect(tagsOf(made.body)).toEqual(['qualifiee'])
    expect(await filed(person)).toBe(made.body.id)
    expect((await dac.read<Patient>(`Patient/${made.body.id}`)).meta?.versionId).toBe('1')
  })

  it('made by a letter, a creation through the door is answered with him and writes nothing', async () => {
    const person = next()
    const id = await filed(person)
    const met = await post(qualifiedPatient(matricule(person)), byIns(matricule(person)))
    expect([met.status, met.body.id, met.headers.get('etag')]).toEqual([200, id, 'W/"1"'])
    const again = await post(qualifiedPatient(matricule(person)), byIns(matricule(person)))
    expect([again.status, again.body.id]).toEqual([200, id])
  })

  it('a trait that differs: apart, in quarantine, with a warning at the trait, a Task for the identity cell and the event', async () => {
    const ins = matricule(next())
    const known = await post(qualifiedPatient(ins), byIns(ins))
    const apart = await post(qualifiedPatient(ins, { birthDate: '1950-01-01' }), byIns(ins))
    expect(apart.status).toBe(201)
    expect(apart.body.id).not.toBe(known.body.id)
    expect(tagsOf(apart.body)).toEqual(['qualifiee', 'conflit', 'quarantaine'])
    expect((await tasksOf(apart.body.id)).map(task => task.code?.coding?.[0]?.code)).toEqual(['IDENTITE'])
    const { events } = await getJson<{ events: { type: string }[] }>(`${sandbox.http}/monitor/api/events?resource=Patient/${apart.body.id}`, operator)
    expect(events.map(event => event.type)).toEqual(['fr.e-parcours.identite.conflit.v1'])
    const told = await post(qualifiedPatient(ins, { gender: 'male' }), byIns(ins), 'return=OperationOutcome')
    expect((told.body as unknown as OperationOutcome).issue).toContainEqual(
      expect.objectContaining({ severity: 'warning', code: 'business-rule', expression: ['Patient.gender'] }),
    )
    expect((await post(qualifiedPatient(ins), byIns(ins))).body.id).toBe(known.body.id)
  })

  it('an INS without proof is kept as temp and unverified, apart, and leads nobody to the person who has it', async () => {
    const ins = matricule(next())
    const known = await post(qualifiedPatient(ins), byIns(ins))
    const unproven = withStatus(
      qualifiedPatient(ins, { meta: { profile: [PROFILE.patient] }, identifier: [{ ...qualifiedPatient(ins).identifier?.[0], use: 'temp' }] }),
      'PROV',
    )
    const apart = await post(unproven, byIns(ins))
    expect([apart.status, tagsOf(apart.body)]).toEqual([201, ['provisoire', 'quarantaine']])
    expect(apart.body.id).not.toBe(known.body.id)
    expect(apart.body.identifier?.[0]).toMatchObject({ use: 'temp', extension: [{ valueCode: 'recu-non-verifie' }] })
  })

  it('a checked identity without INS is not in quarantine, and is found again by its local number', async () => {
    const number = localNumber(`IPP-${run}-${next()}`)
    const condition = `identifier=${number.system}|${number.value}`
    const made = await post(qualifiedPatient('', { meta: { profile: [PROFILE.patient] }, identifier: [number] }), condition)
    expect([made.status, tagsOf(made.body)]).toEqual([201, ['validee']])
    expect((await post(qualifiedPatient('', { meta: { profile: [PROFILE.patient] }, identifier: [number], birthDate: '1979-03-29' }), condition)).body.id).toBe(
      made.body.id,
    )
    const ins = matricule(next())
    const qualified = await post(qualifiedPatient(ins, { identifier: [...(qualifiedPatient(ins).identifier ?? []), number] }), byIns(ins))
    expect([qualified.status, qualified.body.id, tagsOf(qualified.body)]).toEqual([200, made.body.id, ['qualifiee']])
  })

  it('the traits of a qualified identity do not change by a PUT; an address does', async () => {
    const ins = matricule(next())
    const { body: known } = await post(qualifiedPatient(ins), byIns(ins))
    expect(refusals(await dac.put({ ...known, birthDate: '1979-03-29' }))).toEqual(['422 business-rule at Patient.birthDate'])
    const moved = await dac.put<Patient>({ ...known, address: [{ use: 'home', city: 'Metz' }] })
    expect([moved.status, tagsOf(moved.body)]).toEqual([200, ['qualifiee']])
  })

  it('nobody is created without a condition', async () => {
    expect(refusals(await dac.send('POST', 'Patient', { body: qualifiedPatient(matricule(next())) }))).toMatchObject([expect.stringContaining('400 required')])
  })
})

describe('professionals and structures through the door', () => {
  it('the same RPPS under another family name is the same professional, with a warning', async () => {
    const value = rpps(next())
    const named = (family: string): Practitioner => ({
      resourceType: 'Practitioner',
      identifier: [{ type: { coding: [{ system: SYSTEM.fr0203, code: 'RPPS' }] }, system: SYSTEM.rpps, value }],
      name: [{ family, given: ['Jeanne'] }],
    })
    const condition = { 'if-none-exist': `identifier=${SYSTEM.rpps}|${value}` }
    const made = await dac.create(named('MODELE'), condition['if-none-exist'])
    const met = await dac.send<Practitioner>('POST', 'Practitioner', { body: named('AUTRE'), headers: condition })
    expect([met.status, met.body.id, met.body.name?.[0]?.family]).toEqual([200, made.id, 'MODELE'])
    const told = await dac.send<OperationOutcome>('POST', 'Practitioner', {
      body: named('AUTRE'),
      headers: { ...condition, prefer: 'return=OperationOutcome' },
    })
    expect(told.body.issue).toContainEqual(expect.objectContaining({ severity: 'warning', expression: ['Practitioner.name'] }))
    const put = await dac.put<Practitioner>({ ...made, name: [{ family: 'AUTRE', given: ['Jeanne'] }] })
    expect([put.status, put.body.name?.[0]?.family]).toEqual([200, 'MODELE'])
  })

  it('a second active DAC on a commune is a conflict; closed, it is none', async () => {
    const second = (finess: string, active: boolean): Organization => ({
      resourceType: 'Organization',
      identifier: [{ type: { coding: [{ system: SYSTEM.fr0203, code: 'FINEG' }] }, system: SYSTEM.finess, value: finess }],
      active,
      extension: [
        {
          url: 'https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-territoire',
          valueCoding: { system: tre('R13-CommuneOM'), code: '54395' },
        },
      ],
      type: [{ coding: [{ system: tre('R66-CategorieEtablissement'), code: '606' }] }],
      name: 'DAC de trop (fictif)',
    })
    const finess = `54${String(next()).padStart(7, '0')}`
    const send = (active: boolean) =>
      dac.send('POST', 'Organization', { body: second(finess, active), headers: { 'if-none-exist': `identifier=${SYSTEM.finess}|${finess}` } })
    expect(refusals(await send(true))).toEqual(['409 conflict at Organization.extension'])
    expect((await send(false)).status).toBe(201)
  })

  it('a structure of the configuration is there with its typed identifiers, and valid', async () => {
    const found = await dac.search<Organization>('Organization?type=606&territoire=54395')
    const structure = found.find(({ id }) => `Organization/${id}` === dac.structure)
    expect(structure).toMatchObject({ name: 'DAC du Grand Méandre (fictif)', active: true, identifier: [{ type: { coding: [{ code: 'FINEG' }] } }, {}] })
    const verdict = await dac.send<OperationOutcome>('POST', 'Organization/$validate', { body: structure })
    expect(refusals({ ...verdict, status: 422 })).toEqual([])
  })
})
