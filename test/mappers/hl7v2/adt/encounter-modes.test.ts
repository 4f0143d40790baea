import type { Consent, Encounter, Patient, Provenance } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { type MappedMovement, mapMovement } from '../../../../gateway/workers/map-movement.ts'
import type { Recorded } from '../../../../mappers/hl7v2/adt/timeline.ts'
import { judgeMessage } from '../../../../mappers/hl7v2/checks/judge-message.ts'
import { EXTENSION, SYSTEM } from '../../../../profiles/canonicals.ts'
import { type MovementChange, writeMovement } from '../../../support/movements.ts'

// How a stay begins and ends: ZFM and ZFV beside the movement.

const hospitalizationOf = (changes: MovementChange[]): Encounter['hospitalization'] => encounterOf(mapped(changes)).hospitalization

function mapped(changes: MovementChange[]): MappedMovement {
  const messages = changes.map(writeMovement)
  const records = messages.map((bytes, at): Recorded => {
    const { movement } = judgeMessage(bytes, { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 1_000_000 })
    if (movement === undefined) throw new Error('no movement')
    return { ...movement, messageId: `m-${at}`, isRepeat: false }
  })
  return mapMovement({
    bytes: messages.at(-1) ?? Buffer.alloc(0),
    messageId: `m-${messages.length - 1}`,
    stay: '0f0e0d0c-0000-8000-8000-000000000001',
    records,
    sender: { id: 'DPI-1/CH-1' },
    zbe: 'strict',
    receivedAt: new Date('2026-03-05T10:00:00Z'),
    environment: 'test',
  })
}

const encounterOf = ({ entries }: MappedMovement): Encounter =>
  JSON.parse(Buffer.from(entries.find(({ type }) => type === 'Encounter')?.json ?? '').toString('utf8')) as Encounter

const behind =
  (...more: string[]) =>
  (segments: string[]): string[] => [...segments, ...more]
const ADMITTED: MovementChange = { edit: behind('ZFM|7||4', 'ZFV|CH Autre') }

it('a transfer from psychiatry: mode and provenance are codes of the PMSI with their words, the facility goes by its name', () => {
  expect(hospitalizationOf([ADMITTED])).toEqual({
    origin: { display: 'CH Autre' },
    admitSource: {
      coding: [
        { system: expect.stringMatching(/hub-cs-pmsi-mode-entree$/), code: '7', display: 'Transfert' },
        { system: expect.stringMatching(/hub-cs-pmsi-provenance$/), code: '4', display: 'Psychiatrie' },
      ],
      text: 'Transfert',
    },
  })
})

it('the exit is told once there is one, in the hospital’s own words first; a code without words is kept', () => {
  const discharged: MovementChange = {
    trigger: 'A03',
    id: 'M-2',
    startsAt: '20260303100000',
    edit: behind('ZFM|7|8|4|R', 'ZFV|||||||||Retour à domicile avec HAD'),
  }
  expect(hospitalizationOf([ADMITTED, discharged])?.dischargeDisposition).toEqual({
    coding: [
      { system: expect.stringMatching(/hub-cs-pmsi-mode-sortie$/), code: '8', display: 'Domicile' },
      { system: expect.stringMatching(/hub-cs-pmsi-destination$/), code: 'R' },
    ],
    text: 'Retour à domicile avec HAD',
  })
})

it('every other field of ZFV, and ZFM-5, has its place in the Encounter, and says in the lineage where it came from', () => {
  const zfv =
    'ZFV|CH Autre^20260210|AMB^Ambulance||20260201|20260215|1 rue du Départ^^Ville^^51100^FRA^ORI~2 rue de l’Arrivée^^Autre^^54000^FRA^DST|NDA-7^^^&1.2.250.1.999.77|ARC-9|||SAMU'
  const told = mapped([{ edit: behind('ZFM|7||4||P', zfv) }])
  const { contained, hospitalization, extension } = encounterOf(told)
  expect(contained).toEqual([
    {
      resourceType: 'Location',
      id: 'provenance',
      name: 'CH Autre',
      address: { line: ['1 rue du Départ'], city: 'Ville', postalCode: '51100', country: 'FRA' },
    },
    { resourceType: 'Location', id: 'destination', address: { line: ['2 rue de l’Arrivée'], city: 'Autre', postalCode: '54000', country: 'FRA' } },
  ])
  expect(hospitalization).toMatchObject({ origin: { reference: '#provenance', display: 'CH Autre' }, destination: { reference: '#destination' } })
  expect(extension).toEqual([
    {
      url: EXTENSION.stayParticulars,
      extension: [
        { url: 'dernierSejour', valueDateTime: '2026-02-10' },
        { url: 'transportSortie', valueCodeableConcept: { coding: [{ system: expect.any(String), code: 'AMB', display: 'Ambulance' }], text: 'Ambulance' } },
        { url: 'placement', valuePeriod: { start: '2026-02-01', end: '2026-02-15' } },
        { url: 'sejourProvenance', valueIdentifier: { system: 'urn:oid:1.2.250.1.999.77', value: 'NDA-7' } },
        { url: 'archive', valueString: 'ARC-9' },
        { url: 'priseEnChargeTransport', valueCodeableConcept: { coding: [{ system: expect.any(String), code: 'SAMU' }], text: 'SAMU' } },
        { url: 'passageUrgences', valueCode: 'P' },
      ],
    },
  ])
  expect(told.unread.filter(path => /^ZF[VM]/.test(path))).toEqual([])
  const sources = told.lineage.flatMap(one => one.sources)
  for (const field of [1, 2, 4, 5, 6, 7, 8, 11]) expect(sources.some(path => path.startsWith(`ZFV-${field}`))).toBe(true)
})

it('a movement that is silent about ZFV leaves what was said before', () => {
  const later: MovementChange = { trigger: 'A02', id: 'M-2', startsAt: '20260302100000', edit: behind('ZFV||TAXI') }
  const { extension = [] } = encounterOf(mapped([{ edit: behind('ZFV||AMB||||||ARC-9') }, later]))
  const said = extension[0]?.extension?.map(({ url, valueString, valueCodeableConcept }) => [url, valueString ?? valueCodeableConcept?.text])
  expect(said).toEqual([
    ['transportSortie', 'TAXI'],
    ['archive', 'ARC-9'],
  ])
})

it('ZFD: calendar, weeks of gestation, SMS, corrected birth and the paper of the proof stand in the Patient', () => {
  const told = mapped([{ edit: behind('ZFD|15^02^1979|38|Y|N|CN|20260105|CN|20300101') }])
  const claim = told.claims.find(({ type }) => type === 'Patient')
  const patient = JSON.parse(claim?.creation ?? '') as Patient
  const parts = (url: string) => patient.extension?.find(one => one.url === url)?.extension
  expect(parts(EXTENSION.identityReliability)).toContainEqual({ url: 'validationMode', valueCoding: { system: SYSTEM.proofOfIdentity, code: 'CN' } })
  expect(parts(EXTENSION.identityParticulars)).toEqual([
    { url: 'dateLunaire', valueString: '15/02/1979' },
    { url: 'semainesGestation', valuePositiveInt: 38 },
    { url: 'consentementSms', valueBoolean: true },
    { url: 'naissanceCorrigee', valueBoolean: false },
    { url: 'finValiditeJustificatif', valueDate: '2030-01-01' },
  ])
  expect(told.unread.filter(path => path.startsWith('ZFD'))).toEqual([])
})

it('of a stay that is cancelled nobody is in a place any more', () => {
  const admitted: MovementChange = { recordedAt: '20260305100000' }
  const cancelled: MovementChange = { trigger: 'A11', act: 'CANCEL', origin: 'A01', recordedAt: '20260305101000' }
  expect(encounterOf(mapped([admitted])).location?.map(({ status }) => status)).toEqual(['active'])
  const encounter = encounterOf(mapped([admitted, cancelled]))
  expect([encounter.status, encounter.location?.map(({ status }) => status)]).toEqual(['cancelled', [undefined]])
})

const participantsOf = (attending: string): [string | undefined, string | undefined, string | undefined][] =>
  (encounterOf(mapped([{ set: { 'PV1-7': attending } }])).participant ?? []).map(({ individual }) => [
    individual?.reference?.split('/')[0],
    individual?.identifier?.value,
    individual?.display,
  ])
const HOSPITALS_OWN = 'DR12^MODELE^Marc^^^^^^CH-1^D^^^EI'
const NATIONAL = '801234567897^MODELE^Marc^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS'

it.each([
  ['a number of the hospital without an OID leads to nobody: his number and name stand there', HOSPITALS_OWN, [[undefined, 'DR12', 'Marc MODELE']]],
  ['so does a bare one', 'DR12', [[undefined, 'DR12', undefined]]],
  ['a bare one of the national form is national', '801234567897^MODELE^Marc', [['PractitionerRole', undefined, 'Marc MODELE']]],
  ['one that says it is an RPPS is national, whoever gave it', '10004567896^MODELE^Marc^^^^^^ASIP^D^^^RPPS', [['PractitionerRole', undefined, 'Marc MODELE']]],
  ['one of that form by a hospital is not', '801234567897^MODELE^Marc^^^^^^CH-1^D^^^EI', [[undefined, '801234567897', 'Marc MODELE']]],
  ['of two numbers of one person the national one counts', `${HOSPITALS_OWN}~${NATIONAL}`, [['PractitionerRole', undefined, 'Marc MODELE']]],
  [
    'two persons are two',
    `${NATIONAL}~DR13^AUTRE^Jean`,
    [
      ['PractitionerRole', undefined, 'Marc MODELE'],
      [undefined, 'DR13', 'Jean AUTRE'],
    ],
  ],
])('who attends: %s', (_, attending, expected) => {
  expect(participantsOf(attending)).toEqual(expected)
})

const A_DAY: MovementChange[] = [
  { edit: behind('ZFM|7||4') },
  { trigger: 'A02', id: 'M-2', startsAt: '20260302100000', place: '7001^3^2^CH-1&1.2.250.1.999.8&ISO' },
  { trigger: 'A03', id: 'M-3', startsAt: '20260303100000', place: '7001^3^2^CH-1&1.2.250.1.999.8&ISO' },
]

it('a stay is of the person of the PID, at the hospital that sent it, under who attends', () => {
  const told = mapped([{}])
  const creationOf = (kind: string) => JSON.parse(told.claims.find(({ type }) => type === kind)?.creation ?? '') as object
  expect(creationOf('Patient')).toMatchObject({ identifier: [{ value: '279035121518989' }, { value: 'IPP-1' }], name: [{ family: 'EXEMPLE' }] })
  expect(creationOf('Organization')).toMatchObject({ identifier: [{ value: 'DPI-1/CH-1' }] })
  expect(creationOf('Location')).toMatchObject({ identifier: [{ system: 'urn:oid:1.2.250.1.999.8', value: '6268' }], name: '6268' })
  const { subject, serviceProvider, participant, location } = encounterOf(told)
  expect([subject?.reference, serviceProvider?.reference]).toEqual([`Patient/${told.patient}`, `Organization/${told.structure}`])
  expect(participant?.map(({ type }) => type?.[0]?.coding?.[0]?.code)).toEqual(['ATND'])
  expect(location?.map(one => one.location.identifier)).toEqual([{ system: 'urn:oid:1.2.250.1.999.8', value: '6268' }])
})

it('a stay says where the person was and from when to when, which class it was, and when it ended', () => {
  const { class: kind, location, period, statusHistory, status } = encounterOf(mapped(A_DAY))
  expect([kind.code, status, period]).toEqual(['IMP', 'finished', { start: '2026-03-01T10:00:00+01:00', end: '2026-03-03T10:00:00+01:00' }])
  expect(location?.map(one => [one.location.identifier?.value, one.location.display, one.status, one.period])).toEqual([
    ['6268', '6268 12 1', 'completed', { start: '2026-03-01T10:00:00+01:00', end: '2026-03-02T10:00:00+01:00' }],
    ['7001', '7001 3 2', 'completed', { start: '2026-03-02T10:00:00+01:00', end: '2026-03-03T10:00:00+01:00' }],
  ])
  expect(statusHistory).toEqual([{ status: 'in-progress', period: { start: '2026-03-01T10:00:00+01:00', end: '2026-03-03T10:00:00+01:00' } }])
})

it('an emergency that becomes a stay (A06) keeps that it was one', () => {
  const admitted: MovementChange = { trigger: 'A06', id: 'M-2', startsAt: '20260301150000', class: 'I' }
  const { class: kind, classHistory } = encounterOf(mapped([{ trigger: 'A04', class: 'E' }, admitted]))
  expect(kind.code).toBe('IMP')
  expect(classHistory).toMatchObject([{ class: { code: 'EMER' }, period: { start: '2026-03-01T10:00:00+01:00', end: '2026-03-01T15:00:00+01:00' } }])
})

it('who is on leave comes back, and one who was discharged is not on leave afterwards', () => {
  const leave: MovementChange = { trigger: 'A21', id: 'M-2', startsAt: '20260302100000' }
  const back: MovementChange = { trigger: 'A22', id: 'M-3', startsAt: '20260302180000' }
  expect(
    [
      [{}, leave],
      [{}, leave, back],
      [...A_DAY, { ...leave, id: 'M-4', startsAt: '20260304100000' }],
    ].map(day => encounterOf(mapped(day)).status),
  ).toEqual(['onleave', 'in-progress', 'finished'])
})

it('a stay that is cancelled says what it was', () => {
  const cancelled: MovementChange = { trigger: 'A11', act: 'CANCEL', origin: 'A01', recordedAt: '20260301101000' }
  expect(encounterOf(mapped([{}, cancelled])).statusHistory).toMatchObject([{ status: 'in-progress' }])
})

it('what is told of a movement: where, which service, when, how', () => {
  expect(mapped(A_DAY.slice(0, 1)).sentences).toEqual([
    expect.stringMatching(/^Établissement : ./),
    'Service : Chirurgie',
    'Date : 01/03/2026 10:00',
    'Mode d’entrée : Transfert',
  ])
})

it('what a first message makes is created by it, what a later one says of it is a change', () => {
  const provenanceOf = ({ entries }: MappedMovement): Provenance =>
    JSON.parse(Buffer.from(entries.find(({ type }) => type === 'Provenance')?.json ?? '').toString('utf8')) as Provenance
  const update: MovementChange = { act: 'UPDATE', trigger: 'Z99', origin: 'A01', recordedAt: '20260301101000' }
  const [first, second] = [mapped([{}]), mapped([{}, update])].map(provenanceOf)
  expect(first?.activity?.coding?.[0]?.code).toBe('CREATE')
  expect(second?.activity?.coding?.[0]?.code).toBe('UPDATE')
  expect(first?.agent.map(({ type }) => type?.coding?.[0]?.code)).toEqual(['author', 'assembler'])
  expect([first, second].map(one => one?.entity?.[0]?.what)).toMatchObject([
    { identifier: { value: 'm-0' }, display: 'ADT A01' },
    { identifier: { value: 'm-1' }, display: 'ADT Z99' },
  ])
})

it.each([
  [`ZFA|ACTIF${'|'.repeat(8)}INO|20260228`, 'dmp-alimentation', 'permit', '2026-02-28'],
  [`ZFA|ACTIF${'|'.repeat(8)}IO|20260228`, 'dmp-alimentation', 'deny', '2026-02-28'],
  [`ZFA|ACTIF${'|'.repeat(10)}IC|20260228`, 'dmp-consultation', 'permit', '2026-02-28'],
  [`ZFA|ACTIF${'|'.repeat(10)}INC|20260228`, 'dmp-consultation', 'deny', '2026-02-28'],
])('%s: %s, %s', (zfa, nature, type, start) => {
  const [choice, ...others] = mapped([{ edit: behind(zfa) }]).choices
  const consent = JSON.parse(Buffer.from(choice?.entry.json ?? '').toString('utf8')) as Consent
  expect(others).toEqual([])
  expect(consent.category.at(-1)?.coding?.[0]?.code).toBe(nature)
  expect(consent.provision).toMatchObject({ type, period: { start } })
  expect(consent.policyRule?.coding?.[0]?.code).toBe('dmp')
})

it.each(['ZFA|ACTIF', `ZFA|ACTIF${'|'.repeat(8)}NA|20260228|NA|20260228`])('what was not asked is no choice: %s', zfa => {
  expect(mapped([{ edit: behind(zfa) }]).choices).toEqual([])
})

it.each([
  ['E', 'EMER'],
  ['I', 'IMP'],
  ['O', 'AMB'],
  ['R', 'AMB'],
  ['N', 'AMB'],
])('PV1-2 %s is %s', (visit, code) => {
  expect(encounterOf(mapped([{ class: visit }])).class.code).toBe(code)
})
