/*
  The document itself: its bytes untouched, its readable copy, and the index card of both.
    content[0] the CDA (format by ASS_A11/A12, SHA-1, size) ; content[1] the body of an N1 or the PDF copy of an N3
*/
import type { CodeableConcept, Coding, DocumentReference, DocumentReferenceContent, DocumentReferenceRelatesTo, Identifier, Reference } from 'fhir/r4.js'
import { EXTENSION, SYSTEM } from '../../profiles/canonicals.ts'
import { OID, tre, uriOfOid } from '../../profiles/oids.ts'
import { formatOf } from '../../profiles/tables/a11-a12-formats.ts'
import { J06_DOCUMENT_CLASSES } from '../../profiles/tables/j06-document-classes.ts'
import { J07_DOCUMENT_TYPES } from '../../profiles/tables/j07-document-types.ts'
import { J110_VISIBILITY } from '../../profiles/tables/j110-visibility.ts'
import { classOfType } from '../../profiles/tables/x04-type-classes.ts'
import { list, listOf, only, stated, toCodeableConcept, toCoding, toIdentifier, toPeriod } from '../cda/datatypes.ts'
import { practiceSettingOf } from '../cda/header/header-acts.ts'
import type { CdaHeader, Ii } from '../cda/header/header.ts'
import type { Medium } from '../cda/media.ts'
import { readTime } from '../cda/timestamps.ts'
import type { Transmission } from '../hl7v2/reading/transmission.ts'
import type { MapContext } from '../mapper.ts'
import { uniqueIdOf } from '../cda/header/header-reader.ts'
import { cardIdOf } from './derived-id.ts'
import type { VersionStanding } from './standing.ts'
import type { Scene } from './scene.ts'
import { type Stored, storedContent } from './stored-content.ts'

export interface DocumentParts extends Scene {
  medium: Medium | undefined
  flags: Transmission['flags']
  standing: VersionStanding
}

export interface DocumentResources {
  reference: DocumentReference & { id: string }
  /** The CDA first, then its readable copy if there is one. */
  binaries: [Stored, ...Stored[]]
}

export function mapDocumentReference(parts: DocumentParts, ctx: MapContext): DocumentResources {
  const { header, card: id } = parts
  const cda = ctx.element('DocumentReference.content', () => cdaContent(parts, ctx))
  const copy = parts.medium === undefined ? undefined : copyContent(parts, parts.medium)
  const category = documentClass(header)
  const reference: DocumentReference & { id: string } = {
    resourceType: 'DocumentReference',
    id,
    ...(header.versionNumber === undefined ? {} : { extension: [{ url: EXTENSION.documentVersion, valuePositiveInt: header.versionNumber }] }),
    masterIdentifier: ctx.element('DocumentReference.masterIdentifier', () => toIdentifier(header.id)),
    ...ctx.element('DocumentReference.identifier', () => list('identifier', versionsOf(header))),
    status: parts.standing.status,
    docStatus: parts.isPreliminary ? 'preliminary' : 'final',
    ...ctx.element('DocumentReference.type', () => only('type', documentType(header, ctx))),
    ...list('category', category === undefined ? [] : [category]),
    subject: parts.patient,
    date: ctx.now.toISOString(),
    ...list('author', parts.authors),
    ...ctx.element('DocumentReference.relatesTo', () => list('relatesTo', relationsOf(header, parts.standing))),
    ...stated({ authenticator: /^(?:Device|Patient)\//.test(parts.authenticator?.reference ?? '') ? undefined : parts.authenticator }),
    ...stated({ custodian: parts.custodian }),
    ...ctx.element('DocumentReference.description', () => (header.title === '' ? {} : { description: header.title })),
    ...ctx.element('DocumentReference.securityLabel', () => list('securityLabel', securityLabels(header, parts.flags))),
    content: copy === undefined ? [cda.content] : [cda.content, copy.content],
    context: ctx.element('DocumentReference.context', () => contextOf(parts)),
  }
  return { reference, binaries: copy === undefined ? [cda.stored] : [cda.stored, copy.stored] }
}

/** What the ledger knows of the predecessor, else what the document itself says of it. */
function relationsOf({ replaces }: CdaHeader, { replaces: known, transforms }: VersionStanding): DocumentReferenceRelatesTo[] {
  const predecessor = known?.documentId ?? (replaces === undefined ? undefined : uniqueIdOf(replaces))
  const target = (documentId: string, { card, isStored }: { card?: string | null; isStored: boolean }): Reference => ({
    ...(isStored ? { reference: `DocumentReference/${cardIdOf({ documentId, card })}` } : {}),
    type: 'DocumentReference',
    identifier: identifierOf(documentId),
  })
  return [
    ...(predecessor === undefined ? [] : [{ code: 'replaces' as const, target: target(predecessor, known ?? { isStored: false }) }]),
    ...(transforms === undefined ? [] : [{ code: 'transforms' as const, target: target(transforms, { isStored: true }) }]),
  ]
}

/** The identifier behind the unique text form of a CDA's id. */
export function identifierOf(uniqueId: string): Identifier {
  const at = uniqueId.indexOf('^')
  return at < 0 ? { system: 'urn:ietf:rfc:3986', value: uniqueId } : toIdentifier({ root: uniqueId.slice(0, at), extension: uniqueId.slice(at + 1), path: '' })
}

/** The unique text form of what a card is of; undefined where it does not say. */
export function uniqueIdOfCard({ masterIdentifier: { system, value } = {} }: Pick<DocumentReference, 'masterIdentifier'>): string | undefined {
  if (system === undefined || value === undefined) return undefined
  if (system === SYSTEM.uri) return value.startsWith('urn:uuid:') ? value.toLowerCase() : value
  return `${system.replace(/^urn:(oid|uuid):/, '')}^${value}`
}

interface Content {
  content: DocumentReferenceContent
  stored: Stored
}

function cdaContent(parts: DocumentParts, ctx: MapContext): Content {
  const { header, cda } = parts
  const contentType = header.selfPresenting ? 'application/xslt+xml' : 'text/xml'
  const created = readTime(header.effectiveTime)
  const format = formatOf(header.templateIds, header.body?.kind === 'nonXml' ? header.body.mediaType : undefined)
  if (format === undefined) ctx.findings.push({ code: 'document.format-unknown', severity: 'warning', path: 'ClinicalDocument/templateId' })
  const stored = storedContent(parts, { bytes: cda.bytes, contentType, place: 'cda' })
  return {
    stored,
    content: {
      attachment: { ...stored.attachment, ...(created === undefined ? {} : { creation: created.value }) },
      ...(format === undefined ? {} : { format: { system: tre(format.terminology), code: format.code, ...only('display', format.display) } }),
    },
  }
}

function copyContent(parts: DocumentParts, medium: Medium): Content {
  const stored = storedContent(parts, { ...medium, place: 'copy' })
  return { stored, content: { attachment: stored.attachment } }
}

/** setId names all versions; one that repeats the id of this version names nothing more. */
function versionsOf(header: CdaHeader): Identifier[] {
  return header.setId === undefined || sameId(header.setId, header.id) ? [] : [toIdentifier(header.setId)]
}

function sameId(left: Ii, right: Ii): boolean {
  return left.root === right.root && left.extension === right.extension
}

export function documentType(header: CdaHeader, ctx: MapContext): CodeableConcept | undefined {
  if (header.code.code !== undefined && !J07_DOCUMENT_TYPES.has(header.code.code) && classOfType(header.code.code) === undefined) {
    const path = 'ClinicalDocument/code/@code'
    if (!ctx.findings.some(finding => finding.path === path)) ctx.findings.push({ code: 'document.type-unknown', severity: 'warning', path })
  }
  return toCodeableConcept(header.code)
}

export function documentClass(header: CdaHeader): CodeableConcept | undefined {
  const code = classOfType(header.code.code)
  if (code === undefined) return undefined
  const isUrn = code.startsWith('urn:')
  return { coding: [{ system: tre(isUrn ? 'A10-NomenclatureURN' : 'A03-ClasseDocument'), code, ...only('display', J06_DOCUMENT_CLASSES.get(code)?.display) }] }
}

const VISIBILITY: [keyof Transmission['flags'], string][] = [
  ['masquePs', 'MASQUE_PS'],
  ['invisiblePatient', 'INVISIBLE_PATIENT'],
  ['invisibleRepLegaux', 'INVISIBLE_REPRESENTANTS_LEGAUX'],
]

/** The level of the CDA, and the marks that only the message carries. */
function securityLabels(header: CdaHeader, flags: Transmission['flags']): CodeableConcept[] {
  const level = toCoding(header.confidentiality)
  const labels: Coding[] = level === undefined ? [] : [level]
  for (const [flag, code] of VISIBILITY) {
    if (flags[flag]) labels.push({ ...only('system', uriOfOid(OID.visibility)), code, ...only('display', J110_VISIBILITY.get(code)?.display) })
  }
  return labels.map(coding => ({ coding: [coding] }))
}

function contextOf(parts: DocumentParts): NonNullable<DocumentReference['context']> {
  const { header } = parts
  const [main] = header.serviceEvents
  const events = header.serviceEvents.map(event => toCodeableConcept(event.code)).filter(concept => concept !== undefined)
  const orders = header.orders.flatMap(order => [...order.ids, ...(order.accession === undefined ? [] : [order.accession])])
  return {
    encounter: [parts.encounter],
    ...list('event', events),
    ...stated({ period: toPeriod(main?.period), facilityType: toCodeableConcept(header.encounter?.facility?.code) }),
    ...stated({ practiceSetting: toCodeableConcept(practiceSettingOf(header)) }),
    sourcePatientInfo: parts.patient,
    ...listOf('related', orders, order => ({ identifier: toIdentifier(order) })),
  }
}
