import type { RelatedPerson } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import type { CitizenLookups } from '../../../../gateway/access/callers/citizen.ts'
import { exchangeFor } from '../../../../gateway/access/callers/exchange.ts'
import { readIssuers } from '../../../../gateway/access/callers/issuers.ts'
import type { Subject } from '../../../../gateway/access/callers/token-endpoint.ts'
import { makeIssuer } from '../../../support/issuers.ts'

const INS = '279035121518989'
const professionals = await makeIssuer('professional')
const citizens = await makeIssuer('citizen')
const strangers = await makeIssuer('professional', 'https://elsewhere.example')
const issuers = readIssuers([professionals.config, citizens.config], fault => expect.unreachable(fault.message))

const relative = (id: string, patient: string, rest: Partial<RelatedPerson> = {}): RelatedPerson => ({
  resourceType: 'RelatedPerson',
  id,
  patient: { reference: `Patient/${patient}` },
  ...rest,
})
const RELATIVES: Record<string, RelatedPerson[]> = {
  'urn:oid:1.2.250.1.999.7|daughter': [relative('r1', 'p1')],
  'urn:oid:1.2.250.1.999.7|of-two': [relative('r2', 'p1'), relative('r3', 'p2')],
  'urn:oid:1.2.250.1.999.7|former': [relative('r4', 'p1', { active: false }), relative('r5', 'p1', { period: { end: '2020-03' } })],
  'urn:oid:1.2.250.1.999.7|this-year': [relative('r6', 'p1', { period: { end: '2031' } })],
}
const lookups: CitizenLookups = {
  qualifiedPersons: async matricule => (matricule === INS ? ['p1'] : []),
  relativesOf: async ({ system, value }) => RELATIVES[`${system}|${value}`] ?? [],
  now: () => new Date('2031-06-01T08:00:00Z'),
}
const exchange = exchangeFor(issuers, lookups)

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const exchanged = (token: string, fields: Record<string, string> = {}): Promise<Subject> => {
  const form: Record<string, string> = { subject_token: token, subject_token_type: JWT, ...fields }
  return exchange(name => form[name])
}

const doctor = { SubjectNameID: '810000000017', SubjectRole: ['10^1.2.250.1.213.1.1.5.5'], SubjectOrganizationID: '1540990033' }
const activity = (site: object): object => ({ codeModeExercice: 'L', codeSecteurDactivite: 'SA07', ...site })
const practising = (...activities: object[]): object => ({ ...doctor, SubjectRefPro: { codeCivilite: 'M', exercices: [{ codeProfession: '10', activities }] } })
const HERE = activity({ numeroFinessSite: '540990033', identifiantTechniqueDeLaStructure: 'R101' })
const THERE = activity({ numeroFinessSite: '', numeroSiretSite: '12345678200010', identifiantTechniqueDeLaStructure: 'R102' })

describe('a professional is read from the token of his identity provider', () => {
  const role = '10^1.2.250.1.213.1.1.5.5'
  const none: Record<string, string> = {}
  it.each([
    ['with the structure he names', doctor, none, { idNatPs: '810000000017', profession: role, structure: '1540990033' }],
    ['who names no structure', { SubjectNameID: '810000000017' }, none, { idNatPs: '810000000017' }],
    ['who practises in one place', practising(HERE), none, { idNatPs: '810000000017', profession: role, structure: '1540990033' }],
    ['twice at the same place', practising(HERE, HERE), none, { structure: '1540990033' }],
    ['who chooses by idNatSt', practising(HERE, THERE), { situation_exercice: '312345678200010' }, { structure: '312345678200010' }],
    ['who chooses by FINESS', practising(HERE, THERE), { situation_exercice: '540990033' }, { structure: '1540990033' }],
    ["who chooses by the directory's id", practising(HERE, THERE), { situation_exercice: 'R102' }, { structure: '312345678200010' }],
    ['whose place has the id of the directory only', practising(activity({ identifiantTechniqueDeLaStructure: 'R9' })), none, { structure: 'R9' }],
    ['with a role given alone', { ...doctor, SubjectRole: '60^1.2.250.1.71.1.2.7' }, none, { profession: '60^1.2.250.1.71.1.2.7' }],
    ['practising another profession than his role', { ...practising(HERE), SubjectRole: '99^1' }, none, { profession: '10' }],
  ])('%s', async (_case, claims, fields, user) => {
    await expect(exchanged(await professionals.sign({ ...claims }), fields)).resolves.toMatchObject({ context: 'user', user })
  })

  it('and why he breaks the glass, where he was asked there', async () => {
    await expect(exchanged(await professionals.sign({ ...doctor, Mode_Acces_Raison: 'urgence' }))).resolves.toMatchObject({ reason: 'urgence' })
    expect(await exchanged(await professionals.sign({ ...doctor, Mode_Acces_Raison: '' }))).not.toHaveProperty('reason')
  })

  it.each([
    ['several places and no choice', practising(HERE, THERE), none, 'oauth.request', 'situation_exercice'],
    ['a place that is not his', practising(HERE), { situation_exercice: '1350990024' }, 'oauth.grant', 'situation_exercice'],
    ['a choice where nothing is known of his places', doctor, { situation_exercice: '1540990033' }, 'oauth.grant', 'situation_exercice'],
    ['nobody', { ...doctor, SubjectNameID: undefined }, none, 'oauth.subject_token', 'SubjectNameID'],
    ['a name that is no idNatPs', { ...doctor, SubjectNameID: 'Dr Martin' }, none, 'oauth.subject_token', 'SubjectNameID'],
    ['places in another form', { ...doctor, SubjectRefPro: 'here' }, none, 'oauth.subject_token', 'SubjectRefPro'],
  ])('refused: %s', async (_case, claims, fields, code, path) => {
    await expect(exchanged(await professionals.sign({ ...claims }), fields)).rejects.toMatchObject({ code, path })
  })
})

describe('a citizen is', () => {
  const as = (value: string): object => ({ relative: `urn:oid:1.2.250.1.999.7|${value}` })
  const none: Record<string, string> = {}
  it.each([
    ['the person with that qualified INS', { ins: INS }, none, { patient: 'Patient/p1' }],
    ['a relative', as('daughter'), none, { patient: 'Patient/p1', relative: 'RelatedPerson/r1' }],
    ['a relative of two persons, who says for whom', as('of-two'), { patient: 'Patient/p2' }, { patient: 'Patient/p2', relative: 'RelatedPerson/r3' }],
    ['a relative until the end of this year', as('this-year'), none, { relative: 'RelatedPerson/r6' }],
    ['himself and a relative, who says for whom', { ins: INS, ...as('of-two') }, { patient: 'p2' }, { relative: 'RelatedPerson/r3' }],
  ])('%s', async (_case, claims, fields, person) => {
    await expect(exchanged(await citizens.sign({ ...claims }), fields)).resolves.toEqual({ context: 'patient', person: expect.objectContaining(person) })
  })

  it.each([
    ['an INS nobody has', { ins: '155037541201887' }, none],
    ['an INS in another form', { ins: '%' }, none],
    ['a relative nobody knows', as('nobody'), none],
    ['a relative no more', as('former'), none],
    ['a relative of two persons, who says nothing', as('of-two'), none],
    ['somebody who asks for another person', { ins: INS }, { patient: 'Patient/p2' }],
    ['somebody without an identifier', { name: 'Claire Exemple', birthdate: '1979-03-28' }, none],
    ['an identifier that is not one', { relative: 'daughter' }, none],
  ])('nobody, and no reason is given: %s', async (_case, claims, fields) => {
    await expect(exchanged(await citizens.sign({ ...claims }), fields)).rejects.toMatchObject({ code: 'oauth.grant', path: undefined })
  })
})

describe('a subject token is refused', () => {
  const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds
  it.each<[string, string, object]>([
    ['for another audience', 'aud', { aud: 'somebody-else' }],
    ['without an audience', 'aud', { aud: undefined }],
    ['that has expired', 'exp', { exp: inSeconds(-60) }],
    ['without expiry', 'exp', { exp: undefined }],
    ['that is not valid yet', 'nbf', { nbf: inSeconds(120) }],
    ['of an unknown issuer', 'iss', { iss: 'https://nobody.example' }],
    ['of another issuer than its key', 'signature', { iss: 'https://citizen.example' }],
    ['whose authentication is too weak', 'acr', { acr: 'eidas0' }],
    ['that does not say how strong the authentication was', 'acr', { acr: undefined }],
  ])('%s', async (_case, path, claims) => {
    await expect(exchanged(await professionals.sign({ ...doctor, ...claims }))).rejects.toMatchObject({ code: 'oauth.subject_token', path })
  })

  it('of a stranger with his own key under a known name', async () => {
    await expect(exchanged(await strangers.sign({ ...doctor, iss: 'https://professional.example' }))).rejects.toMatchObject({ path: 'signature' })
  })

  it('unsigned, altered, or no token at all', async () => {
    const [header = '', , signature = ''] = (await professionals.sign(doctor)).split('.')
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = encoded({
      iss: 'https://professional.example',
      aud: 'portal-at-the-provider',
      exp: inSeconds(60),
      acr: 'eidas3',
      SubjectNameID: '800000000000',
    })
    for (const token of [`${encoded({ alg: 'none' })}.${claims}.`, `${header}.${claims}.${signature}`, `${encoded({ alg: 'HS256' })}.${claims}.${signature}`])
      await expect(exchanged(token)).rejects.toMatchObject({ code: 'oauth.subject_token', path: 'signature' })
    await expect(exchanged('not-a-token')).rejects.toMatchObject({ code: 'oauth.subject_token', path: 'subject_token' })
  })

  it.each([
    ['subject_token', { subject_token: undefined }],
    ['subject_token_type', { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }],
    ['requested_token_type', { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }],
  ])('with a request that is wrong at %s', async (path, fields) => {
    const form: Record<string, string | undefined> = { subject_token: await professionals.sign(doctor), subject_token_type: JWT, ...fields }
    await expect(exchange(name => form[name])).rejects.toMatchObject({ code: 'oauth.request', path })
  })
})
