import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type {
  Binary,
  CareTeam,
  Composition,
  Device,
  DocumentReference,
  Encounter,
  Organization,
  Patient,
  Practitioner,
  PractitionerRole,
  Provenance,
  RelatedPerson,
} from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import type { Mapped } from '../../../mappers/mapper.ts'
import { asWithdrawn } from '../../../mappers/transmission-to-transaction/withdrawn.ts'
import { identifierOf } from '../../../mappers/transmission-to-transaction/document-reference.ts'
import type { Transaction } from '../../../mappers/transmission-to-transaction/transaction.ts'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import { type CdaChange, writeCda } from '../../support/cda.ts'
import { schemaErrors } from '../../support/fhir-schema.ts'
import { codesOf, contextOf, mapCda, NOW, resourcesOf } from '../../support/mapping.ts'
import type { TransmissionChange } from '../../support/transmission.ts'

const LETTER = readFileSync(join(import.meta.dirname, '../../fixtures/cda/ldl-ses/in.xml'))
const map = (change: CdaChange = {}, message: TransmissionChange = {}) => mapCda(writeCda(change), message)
const replaced = (from: string | RegExp, to: string): CdaChange => ({ edit: text => text.replace(from, () => to) })
const inFrontOf = (place: string, added: string): CdaChange => ({ edit: text => text.replace(place, () => `${added}${place}`) })

function one<T>(mapped: Mapped<Transaction>, type: string): T {
  const found = resourcesOf<T>(mapped, type)
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} ${type}`)
  return found[0]
}

const participant = (code: string, inside: string, more = '') =>
  `<participant typeCode="INF"><functionCode code="${code}" codeSystem="1.2.250.1.213.1.6.1.107"/><time${more === '' ? ' nullFlavor="NA"/>' : `>${more}</time>`}<associatedEntity classCode="PROV">${inside}</associatedEntity></participant>`
const PHYSICIAN =
  '<id root="1.2.250.1.71.4.2.1" extension="810100000024"/><associatedPerson><name><family>MODELE</family><given>Marc</given></name></associatedPerson>'
const related = (kind: string, tel = '0600000009') =>
  `<informant><relatedEntity classCode="${kind}"><code code="SIS" codeSystem="2.16.840.1.113883.5.111" displayName="Soeur"/><telecom value="tel:${tel}"/><relatedPerson><name><family>PROCHE</family><given>Anne</given></name></relatedPerson></relatedEntity></informant>`

describe('a card that stands under an id of its own', () => {
  it('keeps it, and so do all that name it', () => {
    const standing = { status: 'current' as const, card: 'own-id', replaces: { documentId: 'urn:oid:1.2.3', card: 'its-id', isStored: true } }
    const mapped = mapCda(writeCda(), {}, contextOf(), standing)
    const card = one<DocumentReference>(mapped, 'DocumentReference')
    expect([card.id, card.relatesTo?.[0]?.target.reference]).toEqual(['own-id', 'DocumentReference/its-id'])
    expect(one<Composition>(mapped, 'Composition').meta?.tag?.[0]?.code).toBe('own-id')
    expect(resourcesOf<Binary>(mapped, 'Binary').map(({ securityContext }) => securityContext?.reference)).toEqual(
      resourcesOf<Binary>(mapped, 'Binary').map(() => 'DocumentReference/own-id'),
    )
    expect(JSON.stringify(mapped.output)).not.toContain(one<DocumentReference>(map(), 'DocumentReference').id)
  })
})

describe('running a message again changes nothing', () => {
  it('owned resources are the same bytes, but for the candidate ids of claims', () => {
    const [first, second] = [map(), map()]
    expect(JSON.stringify(second.output)).toBe(JSON.stringify(first.output))
  })

  it('derived ids do not depend on the candidate ids', () => {
    const ids = (mapped: Mapped<Transaction>) => mapped.output.owned.map(({ resource }) => `${resource.resourceType}/${resource.id}`)
    const shifted = contextOf()
    shifted.newId()
    expect(ids(mapCda(writeCda(), {}, shifted))).toEqual(ids(map()))
  })

  it('another document of the same visit and person has the same Encounter, and nothing else of its own in common', () => {
    const [first, second] = [map(), map({ id: '1.2.250.1.999.1.2' })]
    const ids = (mapped: Mapped<Transaction>) => mapped.output.owned.map(({ resource }) => resource.id)
    expect(ids(first).filter(id => ids(second).includes(id))).toEqual([one<Encounter>(first, 'Encounter').id])
    expect(one<Encounter>(map({}, { visit: { class: 'I', number: { system: 'urn:oid:1.2.250.1.999.9', value: 'V-2' } } }), 'Encounter').id).not.toBe(
      one<Encounter>(first, 'Encounter').id,
    )
  })

  it('every id has the form of a UUID and every reference leads to a resource of the transaction', () => {
    const mapped = mapCda(LETTER)
    const ids = new Set([...mapped.output.owned, ...mapped.output.claims].map(({ resource }) => `${resource.resourceType}/${resource.id}`))
    for (const [, reference = ''] of JSON.stringify(mapped.output.owned).matchAll(/"reference":"([^"]+)"/g)) expect(ids).toContain(reference)
    for (const id of ids) expect(id).toMatch(/^[A-Za-z]+\/[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

describe('the document', () => {
  it('its bytes are kept untouched, with both digests', () => {
    const bytes = writeCda()
    const mapped = mapCda(bytes)
    const reference = one<DocumentReference>(mapped, 'DocumentReference')
    const [cda] = resourcesOf<Binary>(mapped, 'Binary')
    expect(Buffer.from(cda?.data ?? '', 'base64').equals(bytes)).toBe(true)
    expect(reference.content[0]?.attachment).toMatchObject({
      contentType: 'text/xml',
      url: `Binary/${cda?.id}`,
      size: bytes.length,
      hash: createHash('sha1').update(bytes).digest('base64'),
      extension: [{ valueBase64Binary: createHash('sha256').update(bytes).digest('base64') }],
      creation: '2026-06-02T14:30:00+02:00',
      language: 'fr-FR',
    })
    expect(reference.content[0]?.format).toMatchObject({ code: 'urn:ihe:iti:xds-sd:pdf:2008' })
    expect(cda?.securityContext?.reference).toBe(`DocumentReference/${mapped.output.documentReferenceId}`)
  })

  it.each([
    ['20260602', '2026-06-02'],
    ['202606', '2026-06'],
  ])('written at %s, no closer, its content says so', (value, creation) => {
    const mapped = map(replaced('<effectiveTime value="20260602143000+0200"/>', `<effectiveTime value="${value}"/>`))
    expect(one<DocumentReference>(mapped, 'DocumentReference').content[0]?.attachment.creation).toBe(creation)
    expect(schemaErrors(one(mapped, 'DocumentReference'))).toEqual([])
  })

  it('the body of an N1 is its second content', () => {
    const mapped = map()
    const [, pdf] = resourcesOf<Binary>(mapped, 'Binary')
    expect(pdf).toMatchObject({ contentType: 'application/pdf', data: 'JVBERi0xLjQK' })
    expect(one<DocumentReference>(mapped, 'DocumentReference').content[1]?.attachment.url).toBe(`Binary/${pdf?.id}`)
  })

  it('its identifiers, type, class and time', () => {
    expect(one<DocumentReference>(map({ id: '1.2.250.1.999.1^A-1' }), 'DocumentReference')).toMatchObject({
      masterIdentifier: { system: 'urn:oid:1.2.250.1.999.1', value: 'A-1' },
      identifier: [{ system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.250.1.999.1.100' }],
      status: 'current',
      docStatus: 'final',
      type: { coding: [{ system: 'http://loinc.org', code: '11490-0' }] },
      category: [{ coding: [{ code: '10', display: 'Compte rendu' }] }],
      date: NOW.toISOString(),
      description: 'Lettre de liaison',
    })
  })

  it('a setId that repeats the id names no family of versions', () => {
    const mapped = map(replaced(/<setId[^>]*>/, '<setId root="1.2.250.1.999.1.1"/>'))
    expect(one<DocumentReference>(mapped, 'DocumentReference').identifier).toBeUndefined()
  })

  it('the marks of the message stand beside the level of the CDA', () => {
    const codes = (message: TransmissionChange) =>
      one<DocumentReference>(map({}, message), 'DocumentReference').securityLabel?.map(label => label.coding?.[0]?.code)
    expect(codes({})).toEqual(['N'])
    expect(codes({ flags: { masquePs: true, invisiblePatient: true, invisibleRepLegaux: true } })).toEqual([
      'N',
      'MASQUE_PS',
      'INVISIBLE_PATIENT',
      'INVISIBLE_REPRESENTANTS_LEGAUX',
    ])
  })

  it('a self-presenting document is XSLT', () => {
    const wrap = (text: string) =>
      text.replace(/(<ClinicalDocument[\s\S]*)$/, '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">$1</xsl:stylesheet>')
    expect(one<DocumentReference>(map({ edit: wrap }), 'DocumentReference').content[0]?.attachment.contentType).toBe('application/xslt+xml')
  })

  it('an act that is not finished makes it preliminary', () => {
    const mapped = map(
      replaced('<documentationOf><serviceEvent>', '<documentationOf><serviceEvent><lab:statusCode xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2" code="active"/>'),
    )
    expect([one<DocumentReference>(mapped, 'DocumentReference').docStatus, one<Composition>(mapped, 'Composition').status]).toEqual([
      'preliminary',
      'preliminary',
    ])
  })

  it('an unknown type is said, and kept', () => {
    const mapped = map({ type: { code: 'AUTRE', system: '1.2.250.1.999.5', display: 'Autre' } })
    expect(codesOf(mapped)).toContain('document.type-unknown')
    expect(one<DocumentReference>(mapped, 'DocumentReference').type?.coding?.[0]).toMatchObject({ system: 'urn:oid:1.2.250.1.999.5', code: 'AUTRE' })
  })

  it('a body that is not base64 is said; the document is there all the same', () => {
    const mapped = map({ body: 'JV*E' })
    expect(codesOf(mapped)).toContain('document.body-unreadable')
    expect(resourcesOf(mapped, 'Binary')).toHaveLength(1)
  })
})

describe('professionals and structures', () => {
  it('an idNat of a professional gives an RPPS too, one of a structure a FINESS', () => {
    const mapped = map()
    expect(one<Practitioner>(mapped, 'Practitioner').identifier?.map(({ system, value }) => [system, value])).toEqual([
      ['https://rpps.esante.gouv.fr', '10100000032'],
      ['urn:oid:1.2.250.1.71.4.2.1', '810100000032'],
    ])
    expect(one<Organization>(mapped, 'Organization').identifier?.map(({ system, value, type }) => [system, value, type?.coding?.[0]?.code])).toEqual([
      ['https://finess.esante.gouv.fr', '540009990', 'FINEG'],
      ['urn:oid:1.2.250.1.71.4.2.2', '1540009990', 'IDNST'],
    ])
  })

  it.each([
    ['540009990', 'https://finess.esante.gouv.fr', '540009990'],
    ['2130007669', 'https://sirene.fr', '130007669'],
    ['4810100000032001', 'urn:oid:1.2.250.1.71.4.2.2', '4810100000032001'],
  ])('structure %s is found by %s', (extension, system, value) => {
    const mapped = map({ edit: text => text.replaceAll('1540009990', extension) })
    expect(mapped.output.claims.find(claim => claim.type === 'Organization')?.keys[0]).toEqual({ system, value })
  })

  it('each is claimed once, however often the header names it', () => {
    const types = map().output.claims.map(claim => claim.type)
    expect(types).toEqual(['Patient', 'Organization', 'Practitioner', 'PractitionerRole', 'PractitionerRole'])
  })

  it('a person or structure without a national number belongs to the document', () => {
    const mapped = map({ edit: text => text.replaceAll('<id root="1.2.250.1.71.4.2.1" extension="810100000032"/>', '<id nullFlavor="UNK"/>') })
    expect(mapped.output.claims.map(claim => claim.type)).toEqual(['Patient', 'Organization'])
    expect(mapped.output.owned.map(({ resource }) => resource.resourceType)).toContain('Practitioner')
  })

  it('so does one whose number no register has, for its length', () => {
    const mapped = map({ edit: text => text.replaceAll('810100000032', 'x'.repeat(3000)).replaceAll('1540009990', 'y'.repeat(3000)) })
    expect(mapped.output.claims.map(claim => claim.type)).toEqual(['Patient'])
    expect(mapped.output.owned.map(({ resource }) => resource.resourceType)).toEqual(expect.arrayContaining(['Practitioner', 'Organization']))
  })

  it('the same number under another name is said, not merged away: each mention keeps its name', () => {
    const mapped = map({ edit: text => text.replace(/(<legalAuthenticator>[\s\S]*?)FICTIVE/, '$1AUTRE') })
    expect(codesOf(mapped)).toContain('practitioner.name-differs')
    expect(one<Composition>(mapped, 'Composition').attester?.[0]?.party?.display).toBe('Alice AUTRE')
    expect(one<Practitioner>(mapped, 'Practitioner').name?.[0]?.family).toBe('FICTIVE')
  })

  it('a composite profession code is split', () => {
    const mapped = map(
      replaced(
        '<assignedAuthor>',
        '<assignedAuthor><code code="G15_10/SM26" codeSystem="1.2.250.1.213.1.1.4.5" displayName="Médecin - Médecine générale (SM)"/>',
      ),
    )
    const role = resourcesOf<PractitionerRole>(mapped, 'PractitionerRole').find(one => one.code !== undefined)
    expect(role?.code?.[0]?.coding?.map(coding => coding.code)).toEqual(['10', 'G15_10/SM26'])
    expect(role?.specialty?.[0]?.coding?.[0]?.code).toBe('SM26')
  })

  it('a device may write', () => {
    const device = '<assignedAuthoringDevice><manufacturerModelName>Automate</manufacturerModelName><softwareName>v1</softwareName></assignedAuthoringDevice>'
    const mapped = map({
      edit: text => text.replace(/(<assignedAuthor>[\s\S]*?)<assignedPerson>[\s\S]*?<\/assignedPerson>/, (_, start: string) => `${start}${device}`),
    })
    expect(one<Device>(mapped, 'Device').deviceName?.map(name => name.name)).toEqual(['Automate', 'v1'])
    expect(one<Composition>(mapped, 'Composition').author[0]?.reference).toMatch(/^Device\//)
  })

  it('a person who writes about herself is the Patient', () => {
    const mapped = map({ edit: text => text.replace(/(<assignedAuthor>)<id[^>]*>/, '$1<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>') })
    expect(one<Composition>(mapped, 'Composition').author[0]?.reference).toBe(`Patient/${mapped.output.patientClaim.id}`)
  })
})

describe('somebody with an INS is no professional by it', () => {
  const signedBy = (id: string) =>
    map({ edit: text => text.replace(/(<signatureCode code="S"\/><assignedEntity>)<id[^>]*>/, `$1<id root="1.2.250.1.213.1.4.10" extension="${id}"/>`) })
  const keysOf = (mapped: Mapped<Transaction>) =>
    mapped.output.claims.filter(({ type }) => type !== 'Patient').flatMap(({ keys }) => keys.map(({ value }) => value))

  it('the person herself who signs, or is told, is the Patient', () => {
    const mapped = signedBy('279035121518989')
    expect(one<Composition>(mapped, 'Composition').attester?.[0]?.party?.reference).toBe(`Patient/${mapped.output.patientClaim.id}`)
    expect(one<DocumentReference>(mapped, 'DocumentReference').authenticator).toBeUndefined()
    expect(keysOf(mapped)).not.toContain('279035121518989')
  })

  it('another one who signs is told by his name, and is not the Patient', () => {
    const mapped = signedBy('150035121518980')
    expect(one<Composition>(mapped, 'Composition').attester?.[0]?.party).toEqual({ display: 'Alice FICTIVE' })
    expect(keysOf(mapped)).not.toContain('150035121518980')
  })

  it('the person whose INS the message alone gives is the Patient', () => {
    const patientIds = [{ root: '1.2.250.1.999.2', extension: 'IPP-1' }]
    const identifiers = [{ value: '279035121518989', authority: '1.2.250.1.213.1.4.10', type: 'INS' }]
    const edit = (text: string) => text.replace(/(<assignedAuthor>)<id[^>]*>/, '$1<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>')
    const mapped = map({ patientIds, edit }, { patient: { identifiers, identityStatus: ['VALI'], names: [] } })
    expect(one<Composition>(mapped, 'Composition').author[0]?.reference).toBe(`Patient/${mapped.output.patientClaim.id}`)
  })

  it('a professional beside whose number stands the INS of somebody else stays one, by that number alone', () => {
    const mapped = map({ edit: text => text.replace('<assignedAuthor>', '$&<id root="1.2.250.1.213.1.4.10" extension="150035121518980"/>') })
    expect(one<Composition>(mapped, 'Composition').author[0]?.reference).toMatch(/^PractitionerRole\//)
    expect(keysOf(mapped)).not.toContain('150035121518980')
    expect(keysOf(mapped)).toEqual(keysOf(map()))
    expect(JSON.stringify(resourcesOf(mapped, 'Practitioner'))).not.toContain('150035121518980')
  })

  it('another one who writes is not the Patient either', () => {
    const mapped = map({ edit: text => text.replace(/(<assignedAuthor>)<id[^>]*>/, '$1<id root="1.2.250.1.213.1.4.10" extension="150035121518980"/>') })
    expect(one<Composition>(mapped, 'Composition').author).toEqual([{ display: 'Alice FICTIVE' }])
  })
})

it('what is withdrawn has neither a state nor an end (con-4, con-5)', () => {
  const coding = [{ code: 'resolved' }]
  const condition = { resourceType: 'Condition' as const, id: 'c', subject: {}, clinicalStatus: { coding }, abatementDateTime: '2021' }
  expect(asWithdrawn(condition)).toEqual({
    resourceType: 'Condition',
    id: 'c',
    subject: {},
    verificationStatus: { coding: [expect.objectContaining({ code: 'entered-in-error' })] },
  })
})

describe('the people around the person', () => {
  it('named twice, to warn and trusted, she is one RelatedPerson with both roles', () => {
    const mapped = map(inFrontOf('<custodian>', related('ECON') + related('NOK')))
    const person = one<RelatedPerson>(mapped, 'RelatedPerson')
    expect(person.relationship?.map(role => role.coding?.[0]?.code)).toEqual(['ECON', 'NOK', 'SIS'])
    expect(person.identifier).toHaveLength(1)
    expect(resourcesOf<{ contact?: unknown[] }>(mapped, 'Patient')[0]?.contact).toHaveLength(1)
  })

  it('is active, has a number of her own, her name, and stands in the Patient as a contact', () => {
    const mapped = map(inFrontOf('<custodian>', related('ECON')))
    const relative = one<RelatedPerson>(mapped, 'RelatedPerson')
    const name = { family: 'PROCHE', given: ['Anne'] }
    expect(relative).toMatchObject({ active: true, identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${relative.id}` }], name: [name] })
    expect(one<Patient>(mapped, 'Patient').contact).toMatchObject([{ relationship: [{ coding: [{ code: 'ECON' }, { code: 'C' }] }, {}], name }])
  })

  it('with another telephone they are two', () => {
    expect(resourcesOf(map(inFrontOf('<custodian>', related('ECON') + related('NOK', '0600000008'))), 'RelatedPerson')).toHaveLength(2)
  })

  it('the closed code QUAL is written as NOK', () => {
    const person = one<RelatedPerson>(map(inFrontOf('<custodian>', related('QUAL'))), 'RelatedPerson')
    expect(person.relationship?.[0]?.coding?.[0]?.code).toBe('NOK')
  })
})

describe('the circle a header lets one guess', () => {
  it('is proposed, and tells since when', () => {
    const team = one<CareTeam>(map(inFrontOf('<documentationOf>', participant('353', PHYSICIAN, '<low value="20260101"/>'))), 'CareTeam')
    expect(team).toMatchObject({ status: 'proposed', participant: [{ role: [{ coding: [{ code: '353' }] }], period: { start: '2026-01-01' } }] })
    expect(team.identifier).toHaveLength(1)
    expect(team.managingOrganization).toHaveLength(1)
  })

  it('without a participant of a circle there is none', () => {
    expect(resourcesOf(map(), 'CareTeam')).toEqual([])
    expect(resourcesOf(map(inFrontOf('<documentationOf>', participant('PRELV', PHYSICIAN))), 'CareTeam')).toEqual([])
  })

  it('a hospital of reference is a member itself', () => {
    const hospital = '<scopingOrganization><id root="1.2.250.1.71.4.2.2" extension="1540009990"/><name>CH</name></scopingOrganization>'
    const team = one<CareTeam>(map(inFrontOf('<documentationOf>', participant('ES-REF', hospital))), 'CareTeam')
    expect(team.participant?.[0]?.member?.reference).toMatch(/^Organization\//)
  })
})

const STAY = 'ClinicalDocument/componentOf/encompassingEncounter/effectiveTime'

describe('the visit', () => {
  it('has the number, class and dates of the message and the document', () => {
    expect(one<Encounter>(map(), 'Encounter')).toMatchObject({
      identifier: [{ type: { coding: [{ code: 'VN' }] }, system: 'urn:oid:1.2.250.1.999.9', value: 'V-77' }],
      status: 'in-progress',
      class: { code: 'IMP' },
      period: { start: '2026-05-26' },
    })
  })

  it('is finished once it has an end', () => {
    const mapped = map(
      replaced(
        '<encompassingEncounter><effectiveTime><low value="20260526"/>',
        '<encompassingEncounter><effectiveTime><low value="20260526"/><high value="202606021000+0200"/>',
      ),
    )
    expect(one<Encounter>(mapped, 'Encounter')).toMatchObject({ status: 'finished', period: { end: '2026-06-02T10:00:00+02:00' } })
  })

  it.each<[string, string, { admittedAt?: string; dischargedAt?: string }, string[]]>([
    ['the message alone', '', { admittedAt: '20260526143000', dischargedAt: '20260602143000' }, ['PV1-44', 'PV1-45']],
    ['the message, for its end', '<low value="202605261430"/>', { dischargedAt: '20260602143000' }, [STAY, 'PV1-45']],
    ['the document', '<low value="202605261430"/><high value="202606021430"/>', { admittedAt: '20260526143000', dischargedAt: '20260602143000' }, [STAY]],
    ['the act', '', { dischargedAt: '20260602143000+0200' }, ['ClinicalDocument/documentationOf/serviceEvent/effectiveTime']],
  ])('an offset that is assumed is said where the time stands: %s', (_what, said, visit, paths) => {
    const edit = (text: string): string =>
      text
        .replace('<encompassingEncounter><effectiveTime><low value="20260526"/>', `<encompassingEncounter><effectiveTime>${said}`)
        .replace('<serviceEvent><effectiveTime><low value="20260526"/>', '<serviceEvent><effectiveTime><low value="202605261430"/>')
    const { findings } = map({ edit }, { visit: { class: 'I', ...visit } })
    expect(findings.flatMap(({ code, path }) => (code === 'time.offset-assumed' && path !== 'ClinicalDocument/effectiveTime' ? [path] : []))).toEqual(paths)
  })

  it('an end before its start is said, and the start left out', () => {
    const mapped = map(
      replaced(
        '<encompassingEncounter><effectiveTime><low value="20260526"/>',
        '<encompassingEncounter><effectiveTime><low value="20260526"/><high value="20260501"/>',
      ),
    )
    expect(codesOf(mapped)).toContain('time.end-before-start')
    expect(one<Encounter>(mapped, 'Encounter').period).toEqual({ end: '2026-05-01' })
  })

  it.each([
    ['E', 'EMER'],
    ['I', 'IMP'],
    ['O', 'AMB'],
    ['R', 'AMB'],
    ['N', 'AMB'],
  ] as const)('PV1-2 %s is %s', (pv1, code) => {
    expect(one<Encounter>(map({}, { visit: { class: pv1, number: { system: 'urn:oid:1.2.250.1.999.9', value: 'V-1' } } }), 'Encounter').class.code).toBe(code)
  })
})

describe('where it all comes from', () => {
  it('Provenance names writer, signer and hub, targets every owned resource, rests on the bytes', () => {
    const mapped = map()
    const provenance = one<Provenance>(mapped, 'Provenance')
    expect(provenance.agent.map(agent => agent.type?.coding?.[0]?.code)).toEqual(['author', 'legal', 'assembler'])
    expect(provenance.target.map(target => target.reference).sort()).toEqual(
      mapped.output.owned
        .map(({ resource }) => `${resource.resourceType}/${resource.id}`)
        .filter(reference => !reference.startsWith('Provenance/'))
        .sort(),
    )
    expect(provenance.entity?.[0]?.what.reference).toBe(one<DocumentReference>(mapped, 'DocumentReference').content[0]?.attachment.url)
    expect(provenance.recorded).toBe(NOW.toISOString())
  })

  it('a value that no one took is unread', () => {
    const mapped = map(replaced('<realmCode code="FR"/>', '<realmCode code="FR"/><x:note xmlns:x="urn:x" value="1"/>'))
    expect(mapped.unread).toContain('ClinicalDocument/note/@value')
    expect(mapped.unread).not.toContain('ClinicalDocument/recordTarget/patientRole/patient/birthTime/@value')
  })
})

describe('the letter of the demo (N3)', () => {
  const mapped = mapCda(LETTER)

  it('keeps each section with its title, code and narrative', () => {
    const sections = one<Composition>(mapped, 'Composition').section ?? []
    expect(sections.length).toBeGreaterThan(3)
    for (const section of sections) expect(section).toMatchObject({ title: expect.any(String), code: { coding: [{ system: 'http://loinc.org' }] } })
    expect(sections.some(section => section.text?.div.startsWith('<div xmlns="http://www.w3.org/1999/xhtml">'))).toBe(true)
  })

  it('says of which version, level, act and structure it is, in each place that FHIR has for it', () => {
    const [composition, reference] = [one<Composition>(mapped, 'Composition'), one<DocumentReference>(mapped, 'DocumentReference')]
    const named = (link: { reference?: string | undefined } | undefined) => mapped.output.claims.find(({ id }) => link?.reference?.endsWith(id))?.resource
    expect(composition).toMatchObject({ status: 'final', confidentiality: 'N', identifier: reference.identifier?.[0] })
    expect([composition.custodian, reference.custodian].map(named)).toMatchObject([
      { name: 'Centre hospitalier Exemple' },
      { name: 'Centre hospitalier Exemple' },
    ])
    expect(reference.extension).toEqual([{ url: EXTENSION.documentVersion, valuePositiveInt: 1 }])
    expect(reference.content[0]?.format).toMatchObject({ system: expect.stringMatching(/A06-FormatCodeComplementaire$/), code: 'urn:asip:ci-sis:ldl-ses:2017' })
    expect(reference.category?.[0]?.coding?.[0]).toMatchObject({ system: expect.stringMatching(/A03-ClasseDocument$/), code: '10' })
    expect(composition.event?.[0]).toMatchObject({ code: [{ coding: [{ code: 'IMP' }] }] })
    expect(one<Encounter>(mapped, 'Encounter')).toMatchObject({ status: 'finished', class: { code: 'IMP' } })
    const roles = resourcesOf<PractitionerRole>(mapped, 'PractitionerRole').flatMap(({ organization }) => organization ?? [])
    expect(roles.map(named)).toContainEqual(expect.objectContaining({ resourceType: 'Organization', name: 'Centre hospitalier Exemple' }))
  })

  it('fits the R4 schema, resource by resource', () => {
    const errors = [...mapped.output.owned, ...mapped.output.claims].flatMap(({ resource }) => schemaErrors(resource))
    expect(errors).toEqual([])
  })
})

describe('whatever a header lacks', () => {
  it('the mapping does not stop, and what it makes fits the R4 schema', () => {
    const names = [
      'code',
      'title',
      'effectiveTime',
      'confidentialityCode',
      'languageCode',
      'setId',
      'versionNumber',
      'legalAuthenticator',
      'documentationOf',
      'componentOf',
      'patient',
      'templateId',
    ]
    fc.assert(
      fc.property(fc.subarray(names), dropped => {
        const edit = (text: string) =>
          dropped.reduce((kept, name) => kept.replace(new RegExp(`<${name}(?:\\s[^>]*?)?(?:/>|>[\\s\\S]*?</${name}>)`, 'g'), ''), text)
        const { output } = map({ edit })
        expect([...output.owned, ...output.claims].flatMap(({ resource }) => schemaErrors(resource))).toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})

it('the identifier of a document keeps what stands behind its first caret', () => {
  expect(identifierOf('1.2.250.1.999.1^A^B')).toEqual({ system: 'urn:oid:1.2.250.1.999.1', value: 'A^B' })
})
