import type { Binary, CarePlan, CareTeam, DocumentReference, Organization, Patient, Practitioner, PractitionerRole } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { addRendition } from '../../../../gateway/flows/plan/rendition.ts'
import { renderEditionMail, renderEditionMessage } from '../../../../gateway/workers/render-edition.ts'
import { readCdaHeader } from '../../../../mappers/cda/header/header-reader.ts'
import { readCda } from '../../../../mappers/cda/xml/tree.ts'
import { readEr7 } from '../../../../profiles/hl7v2/er7.ts'
import { editionIdentifier } from '../../../../mappers/care-plan-rendition/document-reference.ts'
import { SYSTEM } from '../../../../profiles/canonicals.ts'
import { draftOf, type RecordedWrite, recordedWrite } from '../../../support/recorded-write.ts'

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
      labels: [],
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

  it('goes to the software of a hospital under its own ids, with the person as its header names him, who signed it and the labels of its card', async () => {
    const { write } = await edition({}, { number: 2, more: [previous] })
    const document = new Uint8Array(Buffer.from(added<Binary>(write, 'Binary')[0]?.data ?? '', 'base64'))
    const message = readEr7(
      renderEditionMessage({
        document,
        change: 'replace',
        labels: ['INVISIBLE_PATIENT'],
        processing: 'T',
        receiver: { application: 'DPI-2', facility: 'CH-2' },
        controlId: 'C-1',
        receivedAt: new Date('2026-06-02T12:30:00Z'),
        mailbox: 'hub@exemple.mssante.fr',
        messageId: 'r-1@exemple.mssante.fr',
      }),
    )
    const { header } = readCdaHeader(readCda(document))
    const text = (name: string, field: number, component = 1) => message.first(name)?.text(field, 1, component)
    expect([text('MSH', 9, 2), text('ORC', 1), text('TXA', 12), text('TXA', 13)]).toEqual(['T10', 'RO', header.id.root, header.replaces?.root])
    expect([text('PID', 5), text('PID', 5, 2), text('PID', 5, 7), text('PID', 7)]).toEqual([
      header.patient.birthFamily,
      header.patient.firstBirthGiven,
      'L',
      header.patient.birthTime,
    ])
    expect(text('PRT', 5)).toBe(`8${RPPS}`)
    const [sent, , ...flags] = message.all('OBX')
    expect(Buffer.from(sent?.text(5, 1, 5) ?? '', 'base64').equals(Buffer.from(document))).toBe(true)
    expect(flags.map(flag => `${flag.text(3)}=${flag.text(5)}`)).toEqual(['MASQUE_PS=N', 'INVISIBLE_PATIENT=Y', 'INVISIBLE_REP_LEGAUX=N', 'MODIF_CONF_CODE=N'])
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
