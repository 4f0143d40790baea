/*
  The few ebRIM 3.0 objects a submission needs, as XML.
    RegistryObject => Slot* Name? Description? Classification* ExternalIdentifier*
    Slot => ValueList => Value*          Name => LocalizedString
  A Value, an identifier value and a node hold at most 256 characters, a LocalizedString 1024.
*/

const NS_LCM = 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0'
const NS_RIM = 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0'
const LONG_NAME = 256
const FREE_TEXT = 1024
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

/** A slot with its values; a slot without values is not written. */
export type Slots = Record<string, readonly string[] | undefined>

export interface CodedValue {
  code: string
  /** OID of the code system. */
  system: string
  display: string
}

/** Numbers the objects that nothing refers to: classifications and external identifiers. */
export class ObjectIds {
  #last = 0

  next(kind: 'cl' | 'ei'): string {
    this.#last += 1
    return `${kind}${String(this.#last).padStart(2, '0')}`
  }
}

export function element(name: string, attributes: Record<string, string | undefined>, children: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(value ?? '')}"`)
    .join('')
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`
}

export function writeSlots(slots: Slots): string {
  return Object.entries(slots)
    .filter(([, values]) => values !== undefined && values.length > 0)
    .map(([name, values]) => {
      const list = (values ?? []).map(value => `<rim:Value>${escapeXml(cut(value, LONG_NAME))}</rim:Value>`)
      return element('rim:Slot', { name }, [element('rim:ValueList', {}, list)])
    })
    .join('')
}

export function writeName(text: string): string {
  return element('rim:Name', {}, [element('rim:LocalizedString', { 'xml:lang': 'fr-FR', charset: 'UTF-8', value: cut(text, FREE_TEXT) })])
}

export function writeCode(ids: ObjectIds, object: string, scheme: string, coded: CodedValue): string {
  const attributes = { id: ids.next('cl'), classificationScheme: scheme, classifiedObject: object, nodeRepresentation: cut(coded.code, LONG_NAME) }
  return element('rim:Classification', attributes, [writeSlots({ codingScheme: [coded.system] }), writeName(coded.display)])
}

export function writeAuthor(ids: ObjectIds, object: string, scheme: string, slots: Slots): string {
  const attributes = { id: ids.next('cl'), classificationScheme: scheme, classifiedObject: object, nodeRepresentation: '' }
  return element('rim:Classification', attributes, [writeSlots(slots)])
}

export function writeIdentifier(ids: ObjectIds, object: string, identifier: { scheme: string; name: string; value: string }): string {
  const attributes = { id: ids.next('ei'), registryObject: object, identificationScheme: identifier.scheme, value: cut(identifier.value, LONG_NAME) }
  return element('rim:ExternalIdentifier', attributes, [writeName(identifier.name)])
}

export function writeSubmission(objects: readonly string[]): string {
  const list = element('rim:RegistryObjectList', {}, objects)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('lcm:SubmitObjectsRequest', { 'xmlns:lcm': NS_LCM, 'xmlns:rim': NS_RIM }, [list])}\n`
}

/** Counted in code points, so that no pair of surrogates is torn. */
function cut(text: string, length: number): string {
  const line = text.replace(/\s+/gu, ' ').trim()
  const points = Array.from(line)
  return points.length <= length ? line : points.slice(0, length).join('')
}

export function escapeXml(text: string): string {
  return text.replace(NOT_XML, '').replace(/[&<>"]/g, character => ENTITIES[character] ?? character)
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
