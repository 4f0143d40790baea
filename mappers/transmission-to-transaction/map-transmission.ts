/*
  One accepted transmission to one transaction: envelope and header of every document kind, sections with their narrative.
    MDM | ORU + CDA N1 | N3 => Patient Practitioner* PractitionerRole* Organization* Location* (claims)
                               Encounter RelatedPerson* CareTeam? DocumentReference Binary+ Composition Provenance (owned)
*/
import type { Reference, Resource } from 'fhir/r4.js'
import { insKindOf } from '../../profiles/identity.ts'
import type { CdaHeader } from '../cda/header.ts'
import { documentMedium } from '../cda/media.ts'
import { checkReferences } from '../cda/narrative-references.ts'
import type { Cda } from '../cda/tree.ts'
import type { Transmission } from '../hl7v2/transmission.ts'
import type { MapContext, Mapped } from '../mapper.ts'
import { generalPractitionerOf, mapCareTeam } from './care-team.ts'
import { Cast } from './cast.ts'
import { isPreliminary, mapComposition } from './composition.ts'
import { mapDocumentReference } from './document-reference.ts'
import { mapEncounter } from './encounter.ts'
import { mapPatientClaim } from './patient.ts'
import { type Person, readPerson } from './person.ts'
import { mapProvenance } from './provenance.ts'
import { mapContacts, mapRelatedPersons, readRelations } from './related-persons.ts'
import type { Claim, Transaction } from './transaction.ts'

export interface TransmissionInput {
  transmission: Transmission
  cda: Cda
  header: CdaHeader
}

/**
 * Maps a document and the message that brought it.
 * Out:    the same owned resources for the same bytes and the same ctx.now; claims under fresh candidate ids.
 * Throws: document.base64 when the body of an N1 is not base64.
 * Spec:   cda.md 1 and 6.3; fhir-fr.md 1.
 */
export function mapTransmissionToTransaction(input: TransmissionInput, ctx: MapContext): Mapped<Transaction> {
  const { transmission, cda, header } = input
  const cast = new Cast(ctx, header.uniqueId)
  const person = readPersonOf(input, ctx)
  const relations = readRelations(header)
  const patientClaim = mapPatientClaim({ header, person, generalPractitioner: generalPractitionerOf(header, cast), contacts: mapContacts(relations) }, ctx)
  const patient = { reference: `Patient/${patientClaim.id}` }
  const authors = ctx.element('DocumentReference.author', () => authorsOf(header, cast, patient))
  const custodian = ctx.element('DocumentReference.custodian', () => cast.structure(header.custodian, 'ClinicalDocument/custodian'))
  const encounterResource = mapEncounter({ header, visit: transmission.visit, cast, patient, personKey: personKeyOf(person, header) }, ctx)
  const encounter = { reference: `Encounter/${encounterResource.id}` }
  const relatedPersons = mapRelatedPersons(relations, { documentId: header.uniqueId, patient, ctx })
  const careTeam = mapCareTeam({ header, cast, patient }, ctx)
  const authenticator = ctx.element('DocumentReference.authenticator', () => cast.reference(header.legalAuthenticator?.entity))
  const isUnfinished = isPreliminary(cda, header)
  const document = mapDocumentReference(
    {
      header,
      bytes: transmission.document,
      medium: documentMedium(cda, header),
      flags: transmission.flags,
      patient,
      encounter,
      authors,
      authenticator,
      custodian,
      isPreliminary: isUnfinished,
    },
    ctx,
  )
  const composition = mapComposition(
    { cda, header, cast, patient, encounter, authors: authors.length > 0 ? authors : [custodian ?? patient], custodian, isPreliminary: isUnfinished },
    ctx,
  )
  checkReferences(cda, ctx.findings)
  const made = [document.reference, ...document.binaries, composition, encounterResource, ...relatedPersons, ...(careTeam === undefined ? [] : [careTeam])]
  const provenance = mapProvenance(
    { header, cast, targets: [...made, ...cast.owned].map(referenceTo), source: referenceTo(document.binaries[0] ?? document.reference), authors, custodian },
    ctx,
  )
  const output: Transaction = {
    owned: [...cast.owned, ...made, provenance].map(resource => ({ resource })),
    claims: [patientClaim, ...ordered(cast.claims)],
    documentReferenceId: document.reference.id,
    patientClaim,
  }
  return { output, findings: ctx.findings, lineage: ctx.recorder.lineage(), unread: ctx.recorder.unread(cda.leafPaths()) }
}

function readPersonOf({ transmission, header }: TransmissionInput, ctx: MapContext): Person {
  const { identifiers, identityStatus } = transmission.patient
  return readPerson(header, { identifiers, identityStatus }, ctx)
}

/** The same on every run, unlike the candidate id. */
function personKeyOf(person: Person, header: CdaHeader): string {
  const key = person.ipps[0] ?? person.ins
  return key === undefined ? header.uniqueId : `${key.system}|${key.value}`
}

/** What a person writes about himself names him by his INS or as EXP_PATIENT. */
function authorsOf(header: CdaHeader, cast: Cast, patient: Reference): Reference[] {
  const authors: Reference[] = []
  for (const { entity } of header.authors) {
    const isPatient = entity.code?.code === 'EXP_PATIENT' || entity.ids.some(id => insKindOf(id.root) !== undefined)
    const author = isPatient ? patient : cast.reference(entity)
    if (author !== undefined && !authors.some(known => known.reference === author.reference)) authors.push(author)
  }
  return authors
}

function referenceTo(resource: Resource & { id: string }): string {
  return `${resource.resourceType}/${resource.id}`
}

const ORDER: Claim['type'][] = ['Patient', 'Organization', 'Practitioner', 'PractitionerRole', 'Location', 'RelatedPerson']

/** Always in one order, so that two runs ask the ledger for the same rows in the same order. */
function ordered(claims: Claim[]): Claim[] {
  return [...claims].sort((left, right) => ORDER.indexOf(left.type) - ORDER.indexOf(right.type))
}
