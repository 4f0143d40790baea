/*
  The Composition of a document: its header as text, its sections with their narrative and what their entries became, recursively.
*/
import type { Composition, CompositionAttester, CompositionSection, Extension, Reference } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'
import { list, only, stated, toCodeableConcept, toIdentifier, toPeriod } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { uniqueIdOf } from '../cda/header/header-reader.ts'
import type { CdaHeader, Participation } from '../cda/header/header.ts'
import { mediaOf } from '../cda/media.ts'
import { NarrativeWriter } from '../cda/narrative.ts'
import { readCode } from '../cda/read-datatypes.ts'
import { toDateTime } from '../cda/timestamps.ts'
import type { Cda } from '../cda/xml/tree.ts'
import type { MapContext } from '../mapper.ts'
import { documentTag } from '../statements/frame/origin.ts'
import type { Cast } from './cast.ts'
import { derivedId } from './derived-id.ts'
import { documentClass, documentType, identifierOf } from './document-reference.ts'
import type { VersionStanding } from './standing.ts'
import type { Scene } from './scene.ts'

const STATUS_SECTION = '33557-0'
const IN_PROGRESS = '385651009'
const LEVELS = new Set(['U', 'L', 'M', 'N', 'R', 'V'])

/** What the entries of a section became. */
type EntriesOf = (section: CdaElement) => Reference[]

export const compositionId = (header: CdaHeader): string => derivedId('Composition', header.uniqueId, '')

export function mapComposition(parts: Scene & { standing: VersionStanding; entriesOf: EntriesOf }, ctx: MapContext): Composition & { id: string } {
  const { header, cast } = parts
  const category = documentClass(header)
  const level = header.confidentiality?.code
  return {
    resourceType: 'Composition',
    id: compositionId(header),
    meta: { tag: [documentTag({ reference: `DocumentReference/${parts.card}` })] },
    ...only('language', header.language),
    ...ctx.element('Composition.extension', () => list('extension', extensionsOf(header, cast))),
    identifier: toIdentifier(header.setId ?? header.id),
    status: parts.isPreliminary ? 'preliminary' : 'final',
    type: ctx.element('Composition.type', () => documentType(header, ctx)) ?? { text: 'Document' },
    ...list('category', category === undefined ? [] : [category]),
    subject: parts.patient,
    encounter: parts.encounter,
    date: ctx.element('Composition.date', () => toDateTime(header.effectiveTime)) ?? ctx.now.toISOString(),
    author: parts.authors.length > 0 ? parts.authors : [parts.custodian ?? parts.patient],
    title: ctx.element('Composition.title', () => header.title) || 'Document',
    ...(level !== undefined && LEVELS.has(level) ? { confidentiality: level as NonNullable<Composition['confidentiality']> } : {}),
    ...ctx.element('Composition.attester', () => list('attester', attestersOf(header, cast))),
    ...only('custodian', parts.custodian),
    ...ctx.element('Composition.relatesTo', () => list('relatesTo', relationsOf(header, parts.standing))),
    ...ctx.element('Composition.event', () => list('event', eventsOf(header, cast))),
    ...ctx.element('Composition.section', () => list('section', sectionsOf(parts, ctx))),
  }
}

/** The predecessor by the identifier of its document, as the index card names it. */
function relationsOf({ replaces }: CdaHeader, { replaces: known }: VersionStanding): NonNullable<Composition['relatesTo']> {
  const predecessor = known?.documentId ?? (replaces === undefined ? undefined : uniqueIdOf(replaces))
  return predecessor === undefined ? [] : [{ code: 'replaces', targetIdentifier: identifierOf(predecessor) }]
}

/** lab:statusCode of an act, or the status section of the document, says that it is not finished. */
export function isPreliminary(cda: Cda, header: CdaHeader): boolean {
  if (header.serviceEvents.some(event => event.status === 'active')) return true
  for (const component of cda.root.at('component', 'structuredBody')?.all('component') ?? []) {
    const section = component.child('section')
    if (section?.child('code')?.attributes.get('code') !== STATUS_SECTION) continue
    if (section.all('entry').some(entry => entry.at('observation', 'value')?.attr('code') === IN_PROGRESS)) return true
  }
  return false
}

/** The version, and whom the document names as its first recipients: they say nothing about who receives it by mail. */
function extensionsOf(header: CdaHeader, cast: Cast): Extension[] {
  const recipients = header.recipients.map(({ entity }) => cast.reference(entity)).filter(reference => reference !== undefined)
  return [
    ...(header.versionNumber === undefined ? [] : [{ url: EXTENSION.documentVersion, valuePositiveInt: header.versionNumber }]),
    ...recipients.map(valueReference => ({ url: EXTENSION.recipient, valueReference })),
  ]
}

function attestersOf(header: CdaHeader, cast: Cast): CompositionAttester[] {
  const attester = (mode: CompositionAttester['mode'], participation: Participation | undefined): CompositionAttester[] => {
    const party = cast.reference(participation?.entity)
    const time = toDateTime(participation?.time?.value ?? participation?.time?.low)
    if (participation === undefined) return []
    return [{ mode, ...only('time', time), ...(party === undefined || party.reference?.startsWith('Device/') ? {} : { party }) }]
  }
  return [...attester('legal', header.legalAuthenticator), ...header.authenticators.flatMap(participation => attester('professional', participation))]
}

function eventsOf(header: CdaHeader, cast: Cast): NonNullable<Composition['event']> {
  return header.serviceEvents
    .map(event => {
      const code = toCodeableConcept(event.code)
      const period = toPeriod(event.period)
      const detail = event.performers.map(performer => cast.reference(performer)).filter(reference => reference !== undefined)
      return { ...list('code', code === undefined ? [] : [code]), ...only('period', period), ...list('detail', detail) }
    })
    .filter(event => Object.keys(event).length > 0)
}

function sectionsOf({ cda, entriesOf }: { cda: Cda; entriesOf: EntriesOf }, ctx: MapContext): CompositionSection[] {
  const body = cda.root.at('component', 'structuredBody')
  if (body === undefined) return []
  return nestedSections(body, { writer: new NarrativeWriter(mediaOf(body)), entriesOf }, ctx)
}

interface Written {
  writer: NarrativeWriter
  entriesOf: EntriesOf
}

function nestedSections(parent: CdaElement, written: Written, ctx: MapContext): CompositionSection[] {
  const sections: CompositionSection[] = []
  for (const component of parent.all('component')) {
    for (const section of component.all('section')) {
      const mapped = mapSection(section, written, ctx)
      if (mapped !== undefined) sections.push(mapped)
    }
  }
  return sections
}

/** A section that says nothing and holds no other is left out (cmp-1), with a finding. */
function mapSection(section: CdaElement, written: Written, ctx: MapContext): CompositionSection | undefined {
  const title = section.child('title')?.line()
  const code = toCodeableConcept(readCode(section.child('code')))
  const text = section.child('text')
  const narrative = text === undefined ? undefined : written.writer.write(text)
  if (narrative?.hasPlaceholder) ctx.findings.push({ code: 'narrative.medium-not-shown', severity: 'information', path: `${section.path}/text` })
  const entry = written.entriesOf(section)
  const inner = nestedSections(section, written, ctx)
  if (narrative?.xhtml === undefined && inner.length + entry.length === 0) {
    ctx.findings.push({ code: 'section.empty', severity: 'information', path: section.path })
    return undefined
  }
  return {
    ...stated({ title, code }),
    ...(narrative?.xhtml === undefined ? {} : { text: { status: 'additional' as const, div: narrative.xhtml } }),
    ...list('entry', entry),
    ...list('section', inner),
  }
}
