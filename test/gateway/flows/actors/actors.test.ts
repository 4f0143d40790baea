import type { FhirResource, Organization, Patient, Practitioner, PractitionerRole, RelatedPerson } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { PERSON } from '../../../../gateway/flows/actors/person.ts'
import { PROFESSIONAL, PROFESSIONAL_ROLE } from '../../../../gateway/flows/actors/professional.ts'
import { RELATIVE } from '../../../../gateway/flows/actors/relative.ts'
import { STRUCTURE } from '../../../../gateway/flows/actors/structure.ts'
import type { CareFlow } from '../../../../gateway/flows/care-flow.ts'
import { EXTENSION, PROFILE, SYSTEM } from '../../../../profiles/canonicals.ts'
import { tre } from '../../../../profiles/oids.ts'
import { localNumber, matricule, qualifiedPatient, withStatus } from '../../../support/persons.ts'
import { draftOf, recordedWrite } from '../../../support/recorded-write.ts'
import type { Met } from '../../../../gateway/flows/actors/met.ts'

const INS = matricule(7)
const met = (person: Partial<Met['person']> = {}): Met => ({
  candidateId: 'p',
  id: 'p',
  state: 'new',
  person: { outcome: 'created', isQuarantined: false, differing: [], ...person },
})

async function judged(flow: CareFlow, draft: ReturnType<typeof draftOf>, stored: FhirResource[] = []) {
  const write = recordedWrite({ drafts: [draft], stored })
  await flow.judge(write, draft)
  return { write, stored: draft.resource }
}

const tagsOf = (resource: FhirResource): (string | undefined)[] => resource.meta?.tag?.map(tag => tag.code) ?? []
const rules = (objections: { rule: string; element?: string }[]): string[] => objections.map(one => [one.rule, one.element].filter(Boolean).join(' at '))

describe('a person through the door', () => {
  it('qualified and unknown: the hub tags the identity, and nothing else changes', async () => {
    const patient = qualifiedPatient(INS)
    const { write, stored } = await judged(PERSON, draftOf(patient, { identity: met() }))
    expect(tagsOf(stored)).toEqual(['qualifiee'])
    expect({ ...stored, meta: patient.meta }).toEqual(patient)
    expect([...write.refused, ...write.warned, ...write.added, ...write.announced]).toEqual([])
  })

  it('a tag of the client about the identity is replaced by that of the hub; its other tags stay', async () => {
    const foreign = { system: 'urn:oid:1.2.250.1.999.7', code: 'pilote' }
    const forged = { system: 'https://hub.e-parcours.example/fhir/CodeSystem/hub-cs-identite', code: 'qualifiee' }
    const patient = withStatus(qualifiedPatient(INS, { meta: { profile: [PROFILE.patient], tag: [foreign, forged] } }), 'PROV')
    const { stored } = await judged(PERSON, draftOf(patient, { identity: met({ isQuarantined: true }) }))
    expect(tagsOf(stored)).toEqual(['pilote', 'provisoire', 'quarantaine'])
  })

  it('an INS without proof is kept as temp and received-unverified, the plain profile is claimed, and the caller is warned', async () => {
    const patient = withStatus(qualifiedPatient(INS, { identifier: [...(qualifiedPatient(INS).identifier ?? []), localNumber('IPP-7')] }), 'PROV')
    const { write, stored } = await judged(PERSON, draftOf(patient, { identity: met({ isQuarantined: true }) }))
    expect((stored as Patient).identifier?.[0]).toMatchObject({
      use: 'temp',
      value: INS,
      extension: [{ url: EXTENSION.insStatus, valueCode: 'recu-non-verifie' }],
    })
    expect((stored as Patient).identifier?.[1]).toEqual(localNumber('IPP-7'))
    expect(stored.meta?.profile).toEqual([PROFILE.patient])
    expect(rules(write.warned)).toEqual(expect.arrayContaining(['identity.ins-unverified at identifier[0]', 'identity.apart']))
    expect(write.added).toMatchObject([{ resourceType: 'Task', code: { coding: [{ code: 'IDENTITE' }] } }])
    expect(write.announced).toEqual([])
  })

  it('a trait that contradicts a known INS: apart with both tags, a warning at the trait, a Task for the identity cell, the event', async () => {
    const { write, stored } = await judged(
      PERSON,
      draftOf(qualifiedPatient(INS, { birthDate: '1950-01-01' }), { identity: met({ outcome: 'conflict', isQuarantined: true, differing: ['birthDate'] }) }),
    )
    expect(tagsOf(stored)).toEqual(['qualifiee', 'conflit', 'quarantaine'])
    expect(rules(write.warned)).toEqual(['identity.conflict at birthDate'])
    expect(write.added).toMatchObject([{ description: 'Identité à vérifier : écart sur date de naissance.' }])
    expect(write.announced).toMatchObject([{ type: 'identite.conflit' }])
  })

  it.each<[string, Patient, string[]]>([
    ['another birth date', qualifiedPatient(INS, { birthDate: '1979-03-29' }), ['identity.qualified at birthDate']],
    ['another sex', qualifiedPatient(INS, { gender: 'male' }), ['identity.qualified at gender']],
    ['another INS', qualifiedPatient(matricule(8)), ['identity.qualified at identifier']],
    ['no INS any more', qualifiedPatient(INS, { identifier: [localNumber('IPP-7')] }), ['identity.qualified at identifier']],
    ['less than qualified', withStatus(qualifiedPatient(INS), 'PROV'), ['identity.qualified at identifier']],
    ['merged by hand', qualifiedPatient(INS, { link: [{ type: 'replaced-by', other: { reference: 'Patient/q' } }] }), ['identity.link at link']],
  ])('a qualified person cannot be written as %s', async (_, patient, refused) => {
    const { write } = await judged(PERSON, draftOf(patient, { before: qualifiedPatient(INS) }))
    expect(rules(write.refused)).toEqual(refused)
  })

  it.each<[string, Partial<Patient>, string[]]>([
    ['be active again', { active: true }, ['identity.merged at active']],
    ['lose or change a number', { identifier: [localNumber('IPP-7')] }, ['identity.merged at identifier']],
    ['move', { address: [{ use: 'home', city: 'Metz' }] }, []],
  ])('of a person who was merged a PUT makes him %s', async (_, change, refused) => {
    const merged: Patient = {
      resourceType: 'Patient',
      active: false,
      link: [{ type: 'replaced-by', other: { reference: 'Patient/q' } }],
      identifier: [{ ...localNumber('IPP-7'), use: 'old' }],
    }
    const { write } = await judged(PERSON, draftOf({ ...merged, ...change }, { before: merged }))
    expect(rules(write.refused)).toEqual(refused)
  })

  it.each<[string, Patient, string[]]>([
    ['a phone', qualifiedPatient(INS, { telecom: [{ system: 'phone', value: '+33600000001' }] }), []],
    ['another birth date', qualifiedPatient(INS, { birthDate: '1979-03-29' }), ['identity.merged at birthDate']],
    ['another reliability', withStatus(qualifiedPatient(INS), 'PROV'), ['identity.merged at extension']],
  ])('a qualified person who was merged stays qualified when a PUT gives him %s', async (_, patient, refused) => {
    const asMerged = (one: Patient): Patient => ({
      ...one,
      meta: { profile: [PROFILE.patient], tag: [{ system: SYSTEM.hubIdentity, code: 'qualifiee' }] },
      active: false,
      link: [{ type: 'replaced-by', other: { reference: 'Patient/q' } }],
      identifier: (one.identifier ?? []).map(number => ({ ...number, use: 'old' as const })),
    })
    const { write, stored } = await judged(PERSON, draftOf({ ...asMerged(patient), meta: {} }, { before: asMerged(qualifiedPatient(INS)) }))
    expect(rules(write.refused)).toEqual(refused)
    expect(tagsOf(stored)).toEqual(['qualifiee'])
    expect((stored as Patient).identifier).toEqual(asMerged(patient).identifier)
    expect([...write.warned, ...write.added]).toEqual([])
  })

  it('a qualified person may move and get another phone and another spelling of the same name', async () => {
    const moved = qualifiedPatient(INS, { telecom: [{ system: 'phone', value: '+33600000001' }], address: [{ use: 'home', city: 'Metz' }] })
    const respelled = { ...moved, name: [{ ...moved.name?.[0], family: 'Exemple' }] }
    const { write, stored } = await judged(PERSON, draftOf(respelled, { before: qualifiedPatient(INS) }))
    expect(write.refused).toEqual([])
    expect(tagsOf(stored)).toEqual(['qualifiee'])
  })

  it('an identity that is checked afterwards leaves the quarantine; one that contradicts stays there', async () => {
    const tagged = (patient: Patient, ...codes: string[]): Patient => ({
      ...patient,
      meta: { tag: codes.map(code => ({ system: 'https://hub.e-parcours.example/fhir/CodeSystem/hub-cs-identite', code })) },
    })
    const provisional = tagged(withStatus(qualifiedPatient(INS, { identifier: [localNumber('IPP-7')] }), 'PROV'), 'provisoire', 'quarantaine')
    expect(tagsOf((await judged(PERSON, draftOf(qualifiedPatient(INS), { before: provisional }))).stored)).toEqual(['qualifiee'])
    const conflict = tagged(qualifiedPatient(INS, { birthDate: '1950-01-01' }), 'qualifiee', 'conflit', 'quarantaine')
    const again = await judged(PERSON, draftOf(qualifiedPatient(INS, { birthDate: '1950-01-01', active: true }), { before: conflict }))
    expect(tagsOf(again.stored)).toEqual(['qualifiee', 'conflit', 'quarantaine'])
    expect(again.write.added).toEqual([])
  })

  it('a status outside the four of the RNIV counts as provisional, and the caller is told', async () => {
    const { write, stored } = await judged(PERSON, draftOf(withStatus(qualifiedPatient(INS), 'FICT'), { identity: met({ isQuarantined: true }) }))
    expect(tagsOf(stored)).toContain('provisoire')
    expect(rules(write.warned)).toContain('identity.status-doubtful at extension')
  })
})

describe('a professional through the door', () => {
  const practitioner = (family: string): Practitioner => ({
    resourceType: 'Practitioner',
    identifier: [{ system: 'https://rpps.esante.gouv.fr', value: '10100000024' }],
    name: [{ family, given: ['Paul'] }],
  })

  it('the same RPPS under another family name: a warning, the name is not overwritten', async () => {
    const { write, stored } = await judged(PROFESSIONAL, draftOf(practitioner('AUTRE'), { before: practitioner('MODÈLE') }))
    expect(rules(write.warned)).toEqual(['professional.other-name at name'])
    expect((stored as Practitioner).name).toEqual(practitioner('MODÈLE').name)
  })

  it('the same name without its accent is the same name', async () => {
    const { write, stored } = await judged(PROFESSIONAL, draftOf(practitioner('Modele'), { before: practitioner('MODÈLE') }))
    expect(write.warned).toEqual([])
    expect(stored).toEqual(practitioner('Modele'))
  })

  it('a creation that meets a known one is warned too', async () => {
    const draft = draftOf(practitioner('AUTRE'), { before: practitioner('MODÈLE') })
    const write = recordedWrite({ drafts: [draft] })
    await PROFESSIONAL.met?.(write, draft)
    expect(rules(write.warned)).toEqual(['professional.other-name at name'])
  })

  it('a role stays that of its professional', async () => {
    const role = (id: string): PractitionerRole => ({ resourceType: 'PractitionerRole', practitioner: { reference: `Practitioner/${id}` } })
    expect(rules((await judged(PROFESSIONAL_ROLE, draftOf(role('b'), { before: role('a') }))).write.refused)).toEqual([
      'role.other-professional at practitioner',
    ])
    expect((await judged(PROFESSIONAL_ROLE, draftOf(role('a'), { before: role('a') }))).write.refused).toEqual([])
  })
})

describe('an entry of the directory that stands', () => {
  const role = (organization: string): PractitionerRole => ({
    resourceType: 'PractitionerRole',
    id: 'r',
    practitioner: { reference: 'Practitioner/a' },
    organization: { reference: organization },
  })
  const doctor = (...values: string[]): Practitioner => ({
    resourceType: 'Practitioner',
    id: 'a',
    identifier: values.map(value => ({ system: SYSTEM.rpps, value })),
    name: [{ family: 'MODELE' }],
  })
  const practice = (more: Partial<Organization>): Organization => ({ resourceType: 'Organization', id: 'o', active: true, name: 'Cabinet', ...more })
  const mail = [{ system: 'email' as const, value: 'ailleurs@test.mssante.fr' }]
  const changes: [string, CareFlow, FhirResource, FhirResource, string][] = [
    ['the mailbox of a role', PROFESSIONAL_ROLE, role('Organization/o'), { ...role('Organization/o'), telecom: mail }, 'directory.not-own at telecom'],
    ['the mailbox of a professional', PROFESSIONAL, doctor('1'), { ...doctor('1'), telecom: mail }, 'directory.not-own at telecom'],
    ['a further number of a professional', PROFESSIONAL, doctor('1'), doctor('1', '2'), 'directory.not-own at identifier'],
    ['the mailbox of a structure', STRUCTURE, practice({}), practice({ telecom: mail }), 'directory.not-own at telecom'],
    [
      'a further number of a structure',
      STRUCTURE,
      practice({}),
      practice({ identifier: [{ system: SYSTEM.sirene, value: '1' }] }),
      'directory.not-own at identifier',
    ],
    ['what a structure belongs to', STRUCTURE, practice({}), practice({ partOf: { reference: 'Organization/p' } }), 'directory.not-own at partOf'],
    ['what kind a structure is', STRUCTURE, practice({}), practice({ type: [{ coding: [{ code: '606' }] }] }), 'directory.not-own at type'],
  ]
  const refused = async (flow: CareFlow, [before, after]: [FhirResource, FhirResource], situation: object = {}): Promise<string[]> => {
    const draft = draftOf(after, { before })
    const write = recordedWrite({ drafts: [draft], wrote: () => false, actsFor: () => false, ...situation })
    await flow.judge(write, draft)
    return rules(write.refused)
  }

  it.each(changes)('%s is changed by nobody else', async (_name, flow, before, after, rule) => {
    expect(await refused(flow, [before, after])).toEqual([rule])
    expect(await refused(flow, [before, after], { wrote: () => true })).toEqual([])
  })

  it('a structure tells its own numbers and mailbox, and not what stands above it', async () => {
    const own = { actsFor: (reference?: string) => reference === 'Organization/o' }
    for (const [name, flow, before, after, rule] of changes.filter(one => one[1] === STRUCTURE))
      expect(await refused(flow, [before, after], own), name).toEqual(/partOf|type/.test(rule) ? [rule] : [])
  })

  it('software of a structure where a professional has a role too is not he', async () => {
    const mailed = { ...doctor('1'), telecom: mail }
    expect(await refused(PROFESSIONAL, [doctor('1'), mailed], { actsFor: () => true })).toEqual(['directory.not-own at telecom'])
    expect(await refused(PROFESSIONAL, [doctor('1'), mailed], { actsFor: () => true, actor: { user: { idNatPs: '81' } } })).toEqual([])
  })

  it('a role stays at its structure, whoever wrote it', async () => {
    expect(await refused(PROFESSIONAL_ROLE, [role('Organization/o'), role('Organization/p')], { wrote: () => true })).toEqual([
      'role.other-structure at organization',
    ])
  })
})

describe('a structure through the door', () => {
  const structure = (id: string, type: string, ...communes: string[]): Organization & { id: string } => ({
    resourceType: 'Organization',
    id,
    active: true,
    type: [{ coding: [{ system: tre('R66-CategorieEtablissement'), code: type }] }],
    extension: communes.map(code => ({ url: EXTENSION.territoire, valueCoding: { code } })),
    name: 'Structure (fictive)',
  })

  it.each<[string, Organization & { id: string }]>([
    ['the same commune', structure('b', '606', '54395')],
    ['a commune beside others', structure('b', '606', '57463', '54395')],
    ['the département of the commune', structure('b', '606', '54')],
  ])('a second active DAC on %s is a conflict', async (_, second) => {
    await expect(judged(STRUCTURE, draftOf(second), [structure('a', '606', '54395')])).rejects.toMatchObject({
      code: 'fhir.conflict',
      issues: [{ code: 'conflict', rule: 'structure.territoire-taken' }],
    })
  })

  it.each<[string, Organization & { id: string }, Organization & { id: string }]>([
    ['another commune', structure('b', '606', '57463'), structure('a', '606', '54395')],
    ['another département', structure('b', '606', '57'), structure('a', '606', '54395')],
    ['the same commune, but the first is closed', structure('b', '606', '54395'), { ...structure('a', '606', '54395'), active: false }],
    ['the same commune, but this one is closed', { ...structure('b', '606', '54395'), active: false }, structure('a', '606', '54395')],
    ['its own territory again', structure('a', '606', '54395', '54396'), structure('a', '606', '54395')],
  ])('a DAC on %s is none', async (_, written, known) => {
    expect((await judged(STRUCTURE, draftOf(written), [known])).write.refused).toEqual([])
  })

  it('two DACs of one write are compared as well', async () => {
    const [first, second] = [draftOf(structure('a', '606', '54395')), draftOf(structure('b', '606', '54395'))]
    await expect(STRUCTURE.judge(recordedWrite({ drafts: [first, second] }), second)).rejects.toMatchObject({ code: 'fhir.conflict' })
  })

  it('a CPTS may cover the same commune', async () => {
    await judged(STRUCTURE, draftOf(structure('c', '604', '54395')), [structure('a', '606', '54395')])
  })
})

describe('a relative through the door', () => {
  it.each<[string, Partial<RelatedPerson>]>([
    ['identifier', { identifier: [{ system: 'urn:oid:1.2.250.1.999.11', value: 'autre' }] }],
    ['relationship', { relationship: [{ coding: [{ code: 'GUARD' }] }] }],
  ])('keeps his %s: by it he comes in, or reads for the person', async (element, change) => {
    const relative: RelatedPerson = { resourceType: 'RelatedPerson', patient: { reference: 'Patient/a' }, identifier: [{ value: 'sien' }] }
    const draft = draftOf({ ...relative, ...change }, { before: relative })
    const refused = async (isFirst: boolean): Promise<string[]> => {
      const write = recordedWrite({ drafts: [draft], wrote: () => isFirst })
      await RELATIVE.judge(write, draft)
      return rules(write.refused)
    }
    expect(await refused(false)).toEqual([`directory.not-own at ${element}`])
    expect(await refused(true)).toEqual([])
  })

  it('stays the relative of one person', async () => {
    const relative = (id: string): RelatedPerson => ({ resourceType: 'RelatedPerson', patient: { reference: `Patient/${id}` } })
    expect(rules((await judged(RELATIVE, draftOf(relative('b'), { before: relative('a') }))).write.refused)).toEqual(['relative.other-person at patient'])
  })
})
