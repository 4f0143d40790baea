/*
  A hospital that sends its documents by message and deposits them through the FHIR door: about a person of the test's own, whose circle it belongs to.
*/
import type { Attachment, Bundle, DocumentReference, Patient } from 'fhir/r4.js'
import { LETTER } from '../../gateway/demo/letter-header.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { newDocumentId, ownPersons } from './letters.ts'
import { professionalOf } from './members.ts'
import { completeFlow, exchange, getJson, type SandboxFile, token } from './sandbox.ts'
import { circle, consent } from './support-requests.ts'
import { Vendor } from './vendor.ts'
import { type VersionOf, versionOf } from './versions.ts'

const SIMPLIFIED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-simplified-publish'
const AT = new Date('2026-06-05T08:00:00Z')

export const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A card with its content inside (ITI-105), kept by `keeper`. */
export const cardOf = (
  documentId: string,
  { attachment, patient, keeper }: { attachment: Attachment; patient: string; keeper: string },
): DocumentReference => ({
  resourceType: 'DocumentReference',
  meta: { profile: [SIMPLIFIED] },
  masterIdentifier: { system: SYSTEM.uri, value: `urn:oid:${documentId}` },
  status: 'current',
  type: { coding: [{ system: 'http://loinc.org', code: '11490-0' }] },
  subject: { reference: patient },
  date: '2026-06-05T08:00:00+02:00',
  author: [{ reference: keeper }],
  custodian: { reference: keeper },
  content: [{ attachment: { title: 'Lettre', ...attachment } }],
  context: { period: { start: '2026-06-05T08:00:00+02:00' } },
})

export const replacing = (id: string | undefined): Partial<DocumentReference> => ({
  relatesTo: [{ code: 'replaces', target: { reference: `DocumentReference/${id}` } }],
})

type Sent = Omit<Partial<VersionOf>, 'documentId'>

/** In: members = other structures of the circle; presenting = who presents the person beside them. */
export async function cardHouse(sandbox: SandboxFile, { members = [], presenting = [] }: { members?: readonly Vendor[]; presenting?: readonly Vendor[] } = {}) {
  const [operator, hospital, dac, gp] = await Promise.all([
    token(sandbox, 'operator'),
    Vendor.of(sandbox, 'hospital'),
    Vendor.of(sandbox, 'dac'),
    Vendor.of(sandbox, 'gp-portal'),
  ])
  const [person, run] = [ownPersons(), crypto.randomUUID().slice(0, 8)]
  const to = (name: string): string => `${name}.${run}@test.mssante.fr`

  const letter = (documentId: string, { edit: last = text => text, ...more }: Sent = {}) => {
    const edit = (cda: string): string => last(cda.replaceAll(LETTER.hospital.id, '1540990017'))
    const controlId = `CARD-${run}-${crypto.randomUUID().slice(0, 8)}`
    const flags = { DESTMSSANTEPS: 'Y' } as const
    return { controlId, ...versionOf({ act: 'create', documentId, at: AT, version: 1, controlId, person, to: [to('nomme')], flags, ...more, edit }) }
  }
  /** Out: what the acknowledgement says; a taken message has done its work then. */
  const bySender = async ({ controlId, bytes }: { controlId: string; bytes: Uint8Array }): Promise<string> => {
    const ack = await exchange(sandbox.mllp, bytes)
    if (ack.includes('MSA|AA')) await completeFlow(sandbox, operator, controlId)
    return ack
  }
  const cardsOf = async (documentId: string): Promise<DocumentReference[]> => {
    const { entry = [] } = await getJson<Bundle<DocumentReference>>(
      `${sandbox.hapi}/DocumentReference?identifier=urn:oid:${documentId}&_=${crypto.randomUUID()}`,
    )
    return entry.flatMap(({ resource }) => resource ?? [])
  }
  const first = letter(newDocumentId())
  await bySender(first)
  const patient = (await cardsOf(first.documentId))[0]?.subject?.reference ?? ''
  const { id: _id, meta: _meta, ...traits } = await getJson<Patient>(`${sandbox.hapi}/${patient}`)
  const ins = traits.identifier?.find(({ system }) => system === 'urn:oid:1.2.250.1.213.1.4.10')
  for (const vendor of [hospital, dac, ...members, ...presenting]) await vendor.create(traits, `identifier=${ins?.system}|${ins?.value}`)
  await dac.create(consent(patient, 'information', dac.structure))
  const doctor = (await professionalOf(gp, { address: to('dr') })).role
  const structures = [hospital, dac, ...members].map(({ structure }) => structure)
  await dac.create(
    circle(
      patient,
      dac.structure,
      [doctor, ...structures].map(member => ({ member })),
    ),
  )
  return {
    dac,
    hospital,
    patient,
    to,
    letter,
    bySender,
    cardsOf,
    standing: async (documentId: string): Promise<string[]> => (await cardsOf(documentId)).map(({ status }) => status),
    card: (documentId: string, cda: string, more: Partial<DocumentReference> = {}): DocumentReference => ({
      ...cardOf(documentId, { attachment: { contentType: 'text/xml', data: base64(cda) }, patient, keeper: hospital.structure }),
      ...more,
    }),
  }
}
