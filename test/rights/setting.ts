/*
  Structures, professionals and persons of the rights tests, each written through the FHIR door by the structure to which it belongs.
*/
import type { CarePlan, CareTeam, CareTeamParticipant, DocumentReference, Encounter, Observation, Organization, RelatedPerson } from 'fhir/r4.js'
import { EXTENSION, PROFILE, SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { newPerson } from '../support/care-house.ts'
import { circleOf, entry, fresh, goalOf, planOf, ROLE } from '../support/care.ts'
import { professionalOf } from '../support/members.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { type Entry, Vendor } from '../support/vendor.ts'
import { consentNamed, type Named } from './consents.ts'
import type { Circle } from './expected.ts'

export interface Professional {
  /** `PractitionerRole/<id>` */
  role: string
  rpps: string
}

/** Who writes, and who is written about. */
export interface Setting {
  registrar: Vendor
  dac: Vendor
  hospital: Vendor
  practice: string
  social: string
  otherDac: string
  doctor: Professional
  colleague: Professional
  /** At a practice under the practice. */
  cabinet: Professional & { finess: string }
  /** `Organization/<id>` of that practice. */
  below: string
}

export interface Person {
  patient: string
  ins: string
  /** `Type/<id>` of what was written, by type; consents by their names. */
  wrote: Record<string, string>
  /** Identifiers of the relatives, `system|value`. */
  relatives: Record<Kin, string>
}

export type Kin = 'gua' | 'nok' | 'car'

const KIN = { gua: 'GUARD', nok: 'NOK', car: 'CAREGIVER' } as const
const RELATIVE = 'urn:oid:1.2.250.1.999.11'
export const LETTER = '11490-0'

export async function settingOf(sandbox: SandboxFile): Promise<Setting> {
  const [registrar, dac, hospital, practice, social, otherDac] = await Promise.all(
    ['hospital-2', 'dac', 'hospital', 'gp-portal', 'social', 'dac-2'].map(name => Vendor.of(sandbox, name)),
  )
  if (!(registrar && dac && hospital && practice && social && otherDac)) throw new Error('a client of the sandbox is missing')
  const finess = `54${String(fresh() % 10_000_000).padStart(7, '0')}`
  const below = await dac.create(practiceUnder(practice.structure, finess), `identifier=${SYSTEM.finess}|${finess}`)
  return {
    registrar,
    dac,
    hospital,
    practice: practice.structure,
    social: social.structure,
    otherDac: otherDac.structure,
    doctor: await professionalOf(dac, { organization: practice.structure }),
    colleague: await professionalOf(dac, { organization: practice.structure }),
    below: `Organization/${below.id}`,
    cabinet: { ...(await professionalOf(dac, { organization: `Organization/${below.id}` })), finess },
  }
}

const practiceUnder = (parent: string, finess: string): Organization => ({
  resourceType: 'Organization',
  active: true,
  identifier: [{ type: { coding: [{ system: SYSTEM.fr0203, code: 'FINEG' }] }, system: SYSTEM.finess, value: finess }],
  type: [{ coding: [{ system: tre('R66-CategorieEtablissement'), code: '603' }] }],
  name: 'Cabinet annexe (fictif)',
  partOf: { reference: parent },
})

/** A person as the table asks for him: known to a hospital that is asked nothing else, then written about by the DAC and the hospital, who know his INS. */
export async function personIn(setting: Setting, { circle, consents, flags = [] }: { circle: Circle; consents: string[]; flags?: string[] }): Promise<Person> {
  const { patient: sent, ifNoneExist } = newPerson()
  const ins = ifNoneExist.split('|')[1] ?? ''
  const patient = `Patient/${(await setting.registrar.create(sent, ifNoneExist)).id}`
  const known: Entry = { resource: sent, fullUrl: `urn:uuid:${crypto.randomUUID()}`, ifNoneExist }
  const relatives = Object.fromEntries(Object.keys(KIN).map(kin => [kin, `${RELATIVE}|${crypto.randomUUID()}`])) as Record<Kin, string>
  const kin = (Object.keys(KIN) as Kin[]).map(one => relativeOf(patient, KIN[one], relatives[one]))
  const [written, letters] = await Promise.all([
    transact(setting.dac, [
      known,
      ...kin.map(resource => ({ resource, ifNoneExist: `identifier=${resource.identifier?.map(({ system, value }) => `${system}|${value}`).join()}` })),
    ]),
    transact(setting.hospital, [
      known,
      ...[undefined, ...flags].map(flag => ({ resource: documentOf(patient, setting.hospital.structure, flag) })),
      { resource: stayOf(patient, setting.hospital.structure) },
    ]),
  ])
  const [, gua = '', nok = '', car = ''] = written
  const about = await writeCare(setting, { patient, known, circle, kin: { gua, nok, car } })
  const wrote: Record<string, string> = { ...about, Patient: patient, DocumentReference: letters[1] ?? '', Encounter: letters[flags.length + 2] ?? '' }
  for (const [place, flag] of flags.entries()) wrote[flag] = letters[place + 2] ?? ''
  const named: Named = {
    ...setting,
    patient,
    collector: setting.dac.structure,
    doctor: setting.doctor.role,
    hospital: setting.hospital.structure,
    caregiver: car,
    careTeam: about['CareTeam'] ?? '',
  }
  for (const name of consents) wrote[name] = (await transact(setting.dac, [known, { resource: consentNamed(name, named) }]))[1] ?? ''
  return { patient, ins, wrote, relatives }
}

async function writeCare(setting: Setting, of: { patient: string; known: Entry; circle: Circle; kin: Record<Kin, string> }): Promise<Record<string, string>> {
  const { patient, known, circle } = of
  const author = setting.dac.structure
  const goal = goalOf(patient, 'Rester chez soi en sécurité')
  const measure = weightOf(patient)
  if (circle === 'none') {
    const [, Goal = '', Observation = ''] = await transact(setting.dac, [known, { resource: goal }, { resource: measure }])
    return { Goal, Observation }
  }
  const fullUrl = `urn:uuid:${crypto.randomUUID()}`
  const team = { resource: teamOf(setting, of), fullUrl }
  const plan: CarePlan = planOf(patient, {
    author: { reference: author },
    careTeam: [{ reference: fullUrl }],
    activity: [
      { detail: { status: 'scheduled', description: 'Portage des repas', scheduledString: 'tous les jours', performer: [{ reference: setting.social }] } },
    ],
  })
  const [, CareTeam = '', CarePlan = '', Goal = '', Observation = ''] = await transact(setting.dac, [
    known,
    team,
    { resource: plan },
    { resource: goal },
    { resource: measure },
  ])
  return { CareTeam, CarePlan, Goal, Observation }
}

const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const TOMORROW = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
const STATUS: Partial<Record<Circle, CareTeam['status']>> = { proposed: 'proposed', suspended: 'suspended', inactive: 'inactive' }

function teamOf(setting: Setting, { patient, circle, kin }: { patient: string; circle: Circle; kin: Record<Kin, string> }): CareTeam {
  const began = '2026-01-10'
  const period = circle === 'ended' ? { start: began, end: YESTERDAY } : { start: circle === 'begins' ? TOMORROW : began }
  const members: CareTeamParticipant[] = [
    circle === 'structure' ? entry(setting.practice, ROLE.member, period) : entry(setting.doctor.role, ROLE.doctor, period),
    circle === 'named' ? atLevel(entry(setting.cabinet.role, ROLE.member, period), 'restreint') : entry(setting.cabinet.role, ROLE.member, period),
    entry(setting.social, ROLE.member, period),
    entry(kin.car, { system: tre('R260-HL7RoleClass'), code: 'CAREGIVER' }, period),
    ...(circle === 'named' ? [atLevel(entry(kin.nok, { system: tre('R260-HL7RoleClass'), code: 'NOK' }, period), 'complet')] : []),
    ...(circle === 'managed' ? [] : [entry(setting.dac.structure, ROLE.coordinator, { start: began })]),
  ]
  const team = circleOf(
    patient,
    setting.dac.structure,
    circle === 'structure' ? members.filter(({ member }) => member?.reference !== setting.cabinet.role) : members,
  )
  return { ...team, status: STATUS[circle] ?? 'active', period: { start: began, ...(circle === 'inactive' ? { end: YESTERDAY } : {}) } }
}

const atLevel = (participant: CareTeamParticipant, level: string): CareTeamParticipant => ({
  ...participant,
  extension: [{ url: EXTENSION.accessLevel, valueCode: level }],
})

/** All or nothing. Out: `Type/<id>` of each entry, in order. */
async function transact(by: Vendor, entries: Entry[]): Promise<string[]> {
  const { status, body } = await by.transact(entries)
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return (body.entry ?? []).map(({ response }) => /([A-Za-z]+\/[A-Za-z0-9.-]+)\/_history/.exec(response?.location ?? '')?.[1] ?? '')
}

const relativeOf = (patient: string, code: string, identifier: string): RelatedPerson => {
  const [system = '', value = ''] = identifier.split('|')
  return {
    resourceType: 'RelatedPerson',
    active: true,
    identifier: [{ system, value }],
    patient: { reference: patient },
    relationship: [{ coding: [{ system: tre('R260-HL7RoleClass'), code }] }],
    name: [{ family: 'EXEMPLE', given: ['Marie'] }],
    telecom: [{ system: 'phone', value: '+33600000001' }],
  }
}

export function documentOf(patient: string, author: string, flag?: string): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    meta: { profile: [PROFILE.documentPublished] },
    masterIdentifier: { system: SYSTEM.uri, value: `urn:oid:2.25.${BigInt(`0x${crypto.randomUUID().replaceAll('-', '')}`)}` },
    status: 'current',
    type: { coding: [{ system: 'http://loinc.org', code: LETTER }] },
    subject: { reference: patient },
    date: '2026-06-05T08:00:00+02:00',
    author: [{ reference: author }],
    custodian: { reference: author },
    ...(flag === undefined ? {} : { securityLabel: [{ coding: [{ system: tre('A07-StatutVisibiliteDocument'), code: flag }] }] }),
    content: [{ attachment: { contentType: 'application/pdf', data: 'JVBERi0xLjQK', title: 'Lettre de liaison' } }],
    context: { period: { start: '2026-06-05T08:00:00+02:00' } },
  }
}

const stayOf = (patient: string, provider: string): Encounter => ({
  resourceType: 'Encounter',
  identifier: [{ type: { coding: [{ system: SYSTEM.v20203, code: 'VN' }] }, system: 'urn:oid:1.2.250.1.999.9', value: crypto.randomUUID() }],
  status: 'finished',
  class: { system: SYSTEM.v3ActCode, code: 'IMP' },
  subject: { reference: patient },
  period: { start: '2026-05-28', end: '2026-06-02' },
  serviceProvider: { reference: provider },
})

const weightOf = (patient: string): Observation => ({
  resourceType: 'Observation',
  meta: { profile: [PROFILE.observation] },
  status: 'final',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  subject: { reference: patient },
  effectiveDateTime: '2026-05-30',
  valueQuantity: { value: 71.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
})
