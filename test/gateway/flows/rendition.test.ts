import type { Binary, CarePlan, CareTeam, DocumentReference, Organization, Patient, Practitioner, PractitionerRole } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { addRendition } from '../../../gateway/flows/rendition.ts'
import { renderEditionMail } from '../../../gateway/workers/render-edition-mail.ts'
import { readCdaHeader } from '../../../mappers/cda/header-reader.ts'
import { readCda } from '../../../mappers/cda/tree.ts'
import { editionIdentifier } from '../../../mappers/care-plan-rendition/document-reference.ts'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { draftOf, type RecordedWrite, recordedWrite } from '../../support/recorded-write.ts'

const RPPS = '10100000032'
const PATIENT: Patient = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-42' }],
  name: [{ use: 'official', family: 'EXEMPLE', given: ['CLAIRE'] }],
  gender: 'female',
  birthDate: '1979-03-28',
}
const DAC: Organization = { resourceType: 'Organization', id: 'dac', name: 'DAC Exemple', identifier: [{ system: SYSTEM.finess, value: '540009990' }] }
const PERSON: Practitioner = {
  resourceType: 'Practitioner',
  id: 'pr',
  name: [{ family: 'FICTIVE', given: ['Alice'] }],
  identifier: [{ system: SYSTEM.rpps, value: RPPS }],
}
const ROLE: PractitionerRole = {
  resourceType: 'PractitionerRole',
  id: 'coord',
  practitioner: { reference: 'Practitioner/pr' },
  organization: { reference: 'Organization/dac' },
}
const CIRCLE: CareTeam = {
  resourceType: 'CareTeam',
  id: 'ct',
  managingOrganization: [{ reference: 'Organization/dac' }],
  participant: [{ member: { reference: 'PractitionerRole/coord' } }],
}
const PLAN: CarePlan = {
  resourceType: 'CarePlan',
  id: 'ppcs-1',
  status: 'active',
  intent: 'plan',
  title: 'Plan de coordination',
  subject: { reference: 'Patient/p1' },
  period: { start: '2026-06-01' },
  author: { reference: 'PractitionerRole/coord' },
  careTeam: [{ reference: 'CareTeam/ct' }],
  activity: [{ detail: { status: 'scheduled', description: 'Visite à domicile' } }],
}

async function edition(change: Partial<CarePlan> = {}, { number = 1, more = [] as (DocumentReference | Organization)[] } = {}) {
  const draft = draftOf({ ...PLAN, ...change })
  const write = recordedWrite({ drafts: [draft], stored: [...more, PATIENT, DAC, PERSON, ROLE, CIRCLE] })
  return { write, publication: await addRendition(write, draft, number) }
}

const added = <R>(write: RecordedWrite, type: string): R[] =>
  write.drafts().flatMap(({ by, verb, resource }) => (by === 'hub' && verb === 'create' && resource.resourceType === type ? [resource as R] : []))

const previous: DocumentReference = {
  resourceType: 'DocumentReference',
  id: 'd1',
  status: 'current',
  masterIdentifier: { system: SYSTEM.uri, value: editionIdentifier('CarePlan/ppcs-1', 1) },
  content: [{ attachment: {} }],
}

describe('an edition of an active plan whose référent has an RPPS', () => {
  it('is kept as a document under the id of its CDA, with the CDA, its PDF and the text', async () => {
    const { write, publication } = await edition()
    const [document] = added<DocumentReference>(write, 'DocumentReference')
    const binaries = added<Binary>(write, 'Binary')
    expect(publication).toMatchObject({ document: `DocumentReference/${document?.id}`, change: 'create' })
    expect(document?.content.map(({ attachment }) => attachment.contentType)).toEqual(['text/plain; charset=utf-8', 'text/xml', 'application/pdf'])
    expect(document?.authenticator).toEqual(PLAN.author)
    const { header } = readCdaHeader(readCda(Buffer.from(binaries[0]?.data ?? '', 'base64')))
    expect(document?.masterIdentifier?.value).toBe(header.uniqueId)
    expect(header.legalAuthenticator?.entity.ids[0]?.extension).toBe(`8${RPPS}`)
    expect(binaries.map(({ securityContext }) => securityContext?.reference)).toEqual([publication?.document, publication?.document])
  })

  it('replaces the edition before it, in the store and in the CDA; its mail says so', async () => {
    const { write, publication } = await edition({}, { number: 2, more: [previous] })
    const [binary] = added<Binary>(write, 'Binary')
    const document = new Uint8Array(Buffer.from(binary?.data ?? '', 'base64'))
    expect(publication?.change).toBe('replace')
    expect(readCdaHeader(readCda(document)).header.replaces?.root.toLowerCase()).toBe(previous.masterIdentifier?.value?.replace('urn:uuid:', ''))
    const mail = renderEditionMail({
      document,
      change: 'replace',
      address: 'dr.modele@exemple.mssante.fr',
      from: { address: 'hub@exemple.mssante.fr', name: 'Hub' },
      reference: 'r-1',
      messageId: 'r-1@exemple.mssante.fr',
      date: new Date(0),
      product: { name: 'hub', version: '1', contact: 'x', reference: 'HUB' },
      sourceId: '1.2.250.1.999.1',
    })
    expect(mail.text).toContain('annule et remplace')
    expect(mail.headers).toMatchObject({ 'X-MSS-CODECDA': '18776-5', 'X-MSS-INS': 'N' })
    expect(mail.attachments.map(({ contentType }) => contentType)).toEqual(['application/pdf'])
    const metadata = Buffer.from(mail.archive.find(({ path }) => path.endsWith('METADATA.XML'))?.bytes ?? []).toString('utf8')
    expect(metadata).toMatch(/RPLC/)
    expect(metadata).toMatch(/name="action"><rim:ValueList><rim:Value>C</)
  })

  it.each([
    ['its référent is a structure', { author: { reference: 'Organization/dac' } }],
    ['it is not active', { status: 'on-hold' as const }],
  ])('is kept as text alone when %s', async (_, change) => {
    const { write, publication } = await edition(change)
    expect(publication).toBeUndefined()
    expect(added<DocumentReference>(write, 'DocumentReference')[0]?.content.map(({ attachment }) => attachment.contentType)).toEqual([
      'text/plain; charset=utf-8',
    ])
  })
})
