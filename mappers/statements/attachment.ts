/*
  Documents joined to a document (E3.18), images in it (observationMedia), and documents it names (externalDocument): what they are is told by their bytes, not by what they are declared to be.
    organizer E3.18 => component { observation 69764-9 value=type } component { observationMedia { value B64 } }      act E3.35 => reference { externalDocument { id text } }
*/
import type { Binary, DocumentReference, Media } from 'fhir/r4.js'
import { list, only, stated, toIdentifier } from '../cda/datatypes.ts'
import { decodeBase64 } from '../cda/base64.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { sniffMediaType } from '../cda/media.ts'
import { readIis } from '../cda/read-datatypes.ts'
import { FILLER, IN_HEADER, type Made, type MadeResource, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isHuman } from './values/people.ts'
import { fr, pcc } from './frame/templates.ts'
import { conceptOf, conceptOrWords, conceptWords } from './values/values.ts'

const COPY = '55108-5'
const TYPE = '69764-9'
/** Of what is declared as nothing else. */
const UNKNOWN_TYPE = 'application/octet-stream'

interface Content {
  data: string
  size: number
  contentType: string
}

/** The readable copy of the whole document is on its index card. */
function mapJoined(statement: CdaElement, at: StatementScene): Made {
  if (at.section.code === COPY) return IN_HEADER
  const nested = at.nested(statement).map(one => one.statement)
  const type = nested.find(one => one.child('code')?.attr('code') === TYPE)
  const media = nested.filter(one => one.local === 'observationMedia')
  const contents = media.flatMap(one => contentOf(one) ?? [])
  if (contents.length === 0) return FILLER
  for (const one of [...media, ...(type === undefined ? [] : [type])]) at.take(one)
  const binaries = contents.map((content, index) => binaryOf(statement, { content, index }, at))
  const said = type?.child('value')
  const concept = conceptOrWords(said, at, at.text(said)) ?? conceptOf(statement.child('code'), at)
  const title = at.text(type) ?? (concept && conceptWords(concept))
  const reference: DocumentReference & { id: string } = {
    ...cardOf(statement, at),
    ...identifiersOf(statement),
    ...stated({ type: concept, description: title }),
    content: contents.map(({ contentType, size }, index) => ({
      attachment: { contentType, url: `Binary/${binaries[index]?.id ?? ''}`, size, ...only('title', title) },
    })),
  }
  return { resources: [reference, ...binaries] }
}

export function contentOf(media: CdaElement): Content | undefined {
  const value = media.child('value')
  const bytes = value?.attr('representation') === 'B64' ? decodeBase64(value.text() ?? '') : undefined
  if (bytes === undefined || bytes.length === 0) return undefined
  return { data: bytes.toString('base64'), size: bytes.length, contentType: sniffMediaType(bytes) ?? value?.attr('mediaType') ?? UNKNOWN_TYPE }
}

function binaryOf(statement: CdaElement, { content, index }: { content: Content; index: number }, at: StatementScene): Binary & { id: string } {
  const id = at.id('Binary', statement, String(index))
  return { resourceType: 'Binary', id, contentType: content.contentType, securityContext: at.document, data: content.data }
}

/** What every document says that this one brings along or names. */
function cardOf(statement: CdaElement, at: StatementScene, suffix?: string): Omit<DocumentReference, 'id' | 'content'> & { id: string } {
  return {
    ...at.base('DocumentReference', statement, suffix),
    status: 'current',
    subject: at.patient,
    date: at.ctx.now.toISOString(),
    ...list('author', at.authorsOf(statement).filter(isHuman)),
    context: { related: [at.document] },
  }
}

/** A picture that stands alone. */
function mapMedia(statement: CdaElement, at: StatementScene): Made {
  const content = contentOf(statement)
  if (content === undefined) return FILLER
  const media: Media & { id: string } = {
    ...at.base('Media', statement),
    ...identifiersOf(statement),
    status: 'completed',
    subject: at.patient,
    encounter: at.encounter,
    content: { contentType: content.contentType, data: content.data, size: content.size },
  }
  return { resources: [media] }
}

function mapNamed(statement: CdaElement, at: StatementScene): Made {
  const resources = namedDocumentsOf(statement, at)
  return resources.length === 0 ? FILLER : { resources }
}

/** Documents that a statement names: by number, words, address. */
export function namedDocumentsOf(statement: CdaElement, at: StatementScene): (MadeResource & DocumentReference)[] {
  return statement.all('reference').flatMap((reference, index) => {
    const external = reference.child('externalDocument')
    const url = external?.at('text', 'reference')?.attr('value')
    const isAddress = url !== undefined && /^(?:https?|ftp):\/\/\S+$/i.test(url)
    const title = isAddress ? undefined : at.text(external)
    const identifier = readIis(external).map(toIdentifier)
    if (external === undefined || (!isAddress && title === undefined && identifier.length === 0)) return []
    const attachment = { ...(isAddress ? { url } : {}), title: title ?? identifier[0]?.value ?? 'Document' }
    return [
      {
        ...cardOf(statement, at, `external${index}`),
        ...list('identifier', identifier),
        ...stated({ type: conceptOf(external.child('code'), at), description: title }),
        content: [{ attachment }],
      },
    ]
  })
}

export const attachmentRules: StatementRule[] = [
  { name: 'E3.18 joined document', version: 1, templates: [fr('18')], kinds: ['organizer'], map: mapJoined },
  { name: 'E3.35 document named', version: 1, templates: [fr('35'), pcc('4.4')], kinds: ['act'], map: mapNamed },
  { name: 'E3.103 image', version: 1, templates: [fr('103'), ''], kinds: ['observationMedia'], map: mapMedia },
]
