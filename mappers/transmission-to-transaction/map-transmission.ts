/*
  One accepted transmission to one transaction: envelope and header of every document kind, sections with their narrative, and the statements of their entries.
    MDM | ORU + CDA N1 | N3 => Patient Practitioner* PractitionerRole* Organization* Location* (claims)
                               Encounter RelatedPerson* CareTeam? DocumentReference Binary+ Composition Provenance, and what the statements of an N3 become (owned)
*/
import type { Resource } from 'fhir/r4.js'
import type { CdaHeader } from '../cda/header/header.ts'
import { documentMedium, type Medium } from '../cda/media.ts'
import { checkReferences } from '../cda/narrative-references.ts'
import { toDateTime } from '../cda/timestamps.ts'
import type { Cda } from '../cda/xml/tree.ts'
import type { Transmission } from '../hl7v2/reading/transmission.ts'
import type { MapContext, Mapped } from '../mapper.ts'
import { originOf } from '../statements/frame/origin.ts'
import { type MappedBody, mapStatements } from '../statements/frame/walk.ts'
import { mapCareTeam } from './care-team.ts'
import { Cast, distinct } from './cast.ts'
import { compositionId, isPreliminary, mapComposition } from './composition.ts'
import { cardIdOf } from './derived-id.ts'
import { mapDocumentReference } from './document-reference.ts'
import { mapEncounter, withFacts } from './encounter.ts'
import { mapPatientClaim } from './patient.ts'
import { readPerson } from './person.ts'
import { mapProvenance } from './provenance.ts'
import { mapContacts, mapRelatedPersons, readRelations } from './related-persons.ts'
import type { Scene } from './scene.ts'
import type { VersionStanding } from './standing.ts'
import type { Claim, Transaction } from './transaction.ts'
import { asWithdrawn } from './withdrawn.ts'

export interface TransmissionInput {
  transmission: Transmission
  cda: Cda
  header: CdaHeader
  /** How it stands among its versions; absent: the one and only. */
  standing?: VersionStanding
}

/**
 * Maps a document and the message that brought it.
 * Out:    the same owned resources for the same bytes and the same ctx.now; claims under fresh candidate ids.
 * Spec:   cda.md 1 and 6.3; fhir-fr.md 1.
 */
export function mapTransmissionToTransaction(input: TransmissionInput, ctx: MapContext): Mapped<Transaction> {
  const { transmission, cda, header } = input
  const person = ctx.element('Patient.identifier', () => readPerson(header, transmission.patient, ctx))
  const relations = readRelations(header)
  const patientClaim = mapPatientClaim({ header, person, contacts: mapContacts(relations) }, ctx)
  const patient = { reference: `Patient/${patientClaim.id}` }
  const ids = [...header.patient.identifiers, ...transmission.patient.identifiers.map(({ authority: root, value: extension }) => ({ root, extension }))]
  const cast = new Cast(ctx, header.uniqueId, { ids, reference: patient })
  const stay = mapEncounter({ header, visit: transmission.visit, cast, patient, personKey: person.key ?? header.uniqueId }, ctx)
  const scene = readScene(input, { cast, patient, encounter: { reference: `Encounter/${stay.id}` } }, ctx)
  const { standing = ALONE } = input
  const document = mapDocumentReference({ ...scene, standing, medium: readMedium(cda, header, ctx), flags: transmission.flags }, ctx)
  const careTeam = mapCareTeam({ header, cast, patient }, ctx)
  const body = mapBody({ ...scene, careTeam }, ctx)
  const composition = mapComposition({ ...scene, standing, entriesOf: body.entriesOf }, ctx)
  const relatedPersons = mapRelatedPersons(relations, { documentId: header.uniqueId, patient, ctx })
  checkReferences(cda, ctx.findings)
  const binaries = document.binaries.map(stored => stored.binary)
  const visit = isHidden(transmission.flags) ? stay : withFacts(stay, body.stay)
  const made = [document.reference, ...binaries, composition, visit, ...relatedPersons, ...(careTeam === undefined ? [] : [careTeam]), ...body.resources]
  const provenance = mapProvenance(
    { ...scene, targets: () => [...made, ...cast.owned].map(referenceTo), source: referenceTo(document.binaries[0].binary) },
    ctx,
  )
  const output: Transaction = {
    owned: [...cast.owned, ...(standing.status === 'entered-in-error' ? made.map(one => (one === visit ? one : asWithdrawn(one))) : made), provenance].map(
      resource => ({ resource }),
    ),
    claims: [patientClaim, ...ordered(cast.claims)],
    stored: document.binaries,
    documentReferenceId: document.reference.id,
    patientClaim,
    statements: body.outcomes,
  }
  return {
    output,
    findings: ctx.findings,
    /** Written when it is asked for: whoever maps more than one document of a message asks once, at the end. */
    get lineage() {
      return ctx.recorder.lineage()
    },
    unread: ctx.recorder.unread(cda.leaves()),
  }
}

const ALONE: VersionStanding = { status: 'current' }

const NO_BODY: MappedBody = { resources: [], entriesOf: () => [], stay: {}, outcomes: [] }

function mapBody({ careTeam, ...scene }: Scene & { careTeam: { id: string } | undefined }, ctx: MapContext): MappedBody {
  const { cda, header, card } = scene
  const body = cda.root.at('component', 'structuredBody')
  if (body === undefined) return NO_BODY
  const document = { reference: `DocumentReference/${card}` }
  const circle = careTeam === undefined ? undefined : { reference: `CareTeam/${careTeam.id}` }
  return mapStatements(body, {
    ...scene,
    ctx,
    told: new Set(),
    samples: new Map(),
    today: toDateTime(header.effectiveTime) ?? ctx.now.toISOString(),
    tracker: cda.tracker,
    document,
    documentId: header.uniqueId,
    origin: originOf(header, document),
    compositionId: compositionId(header),
    careTeam: circle,
  })
}

/** The visit is seen by more than those who may see the document: nothing of a hidden one is said there. */
const isHidden = ({ masquePs, invisiblePatient, invisibleRepLegaux }: Transmission['flags']): boolean => masquePs || invisiblePatient || invisibleRepLegaux

/** What index card, Composition and Provenance say alike. */
function readScene(input: TransmissionInput, known: Pick<Scene, 'cast' | 'patient' | 'encounter'>, ctx: MapContext): Scene {
  const { cda, header } = input
  const { cast } = known
  return {
    ...known,
    cda,
    header,
    card: cardIdOf({ ...input.standing, documentId: header.uniqueId }),
    authors: ctx.element('DocumentReference.author', () => distinct(header.authors.flatMap(({ entity }) => cast.reference(entity) ?? []))),
    authenticator: ctx.element('DocumentReference.authenticator', () => cast.reference(header.legalAuthenticator?.entity)),
    custodian: ctx.element('DocumentReference.custodian', () => cast.structure(header.custodian, 'ClinicalDocument/custodian')),
    isPreliminary: isPreliminary(cda, header),
  }
}

/** A body that cannot be decoded is still in the bytes of the document. */
function readMedium(cda: Cda, header: CdaHeader, ctx: MapContext): Medium | undefined {
  const medium = documentMedium(cda, header)
  if (medium === undefined && header.body?.kind === 'nonXml')
    ctx.findings.push({ code: 'document.body-unreadable', severity: 'warning', path: 'ClinicalDocument/component/nonXMLBody/text' })
  return medium
}

function referenceTo(resource: Resource & { id: string }): string {
  return `${resource.resourceType}/${resource.id}`
}

const ORDER: Claim['type'][] = ['Patient', 'Organization', 'Practitioner', 'PractitionerRole', 'Location', 'RelatedPerson']

/** Always in one order, so that two runs ask the ledger for the same rows in the same order. */
function ordered(claims: Claim[]): Claim[] {
  return [...claims].sort((left, right) => ORDER.indexOf(left.type) - ORDER.indexOf(right.type))
}
