/*
  A structured document of a few sections, written as the test needs it, and what becomes of it.
*/
import type { FhirResource } from 'fhir/r4.js'
import type { Mapped } from '../../mappers/mapper.ts'
import type { Transaction } from '../../mappers/transmission-to-transaction/transaction.ts'
import { schemaErrors } from './fhir-schema.ts'
import { writeCda } from './cda.ts'
import { mapCda } from './mapping.ts'
import type { TransmissionChange } from './transmission.ts'

export const LOINC = '2.16.840.1.113883.6.1'
export const SNOMED = '2.16.840.1.113883.6.96'
export const CIM10 = '2.16.840.1.113883.6.3'
export const CISIS = '1.2.250.1.213.1.1.4.322'

/** `E3.48` → its templateId. */
export const template = (...names: string[]): string =>
  names.map(name => `<templateId root="${name.replace(/^E3\./, '1.2.250.1.213.1.1.3.').replace(/^T2\./, '1.2.250.1.213.1.1.2.')}"/>`).join('')

export interface SectionText {
  code: string
  entries?: string[]
  /** Narrative, as CDA. */
  text?: string
  template?: string
  inner?: string
}

export function section({ code, entries = [], text, template: name, inner = '' }: SectionText): string {
  const head = `${name === undefined ? '' : template(name)}<code code="${code}" codeSystem="${LOINC}"/><title>Section ${code}</title>`
  const narrative = text === undefined ? '' : `<text>${text}</text>`
  return `<component><section>${head}${narrative}${entries.map(entry => `<entry>${entry}</entry>`).join('')}${inner}</section></component>`
}

export function structured(...sections: string[]): Uint8Array {
  const body = `<structuredBody>${sections.join('')}</structuredBody>`
  return writeCda({
    edit: cda =>
      cda
        .replace('<ClinicalDocument xmlns="urn:hl7-org:v3">', '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">')
        .replace(/<nonXMLBody>.*<\/nonXMLBody>/s, body),
  })
}

export interface MadeOf {
  mapped: Mapped<Transaction>
  /** Resources of one type, in their order. */
  all<Type extends FhirResource['resourceType']>(type: Type): Extract<FhirResource, { resourceType: Type }>[]
  /** The only one. */
  one<Type extends FhirResource['resourceType']>(type: Type): Extract<FhirResource, { resourceType: Type }>
  findings: string[]
  outcomes: string[]
}

/** Whatever is made fits the R4 schema. Throws where it does not. */
export function made(sections: string | string[], change: TransmissionChange = {}): MadeOf {
  const mapped = mapCda(structured(...[sections].flat()), change)
  const resources = mapped.output.owned.map(one => one.resource as FhirResource)
  const faults = resources.flatMap(resource => schemaErrors(resource))
  if (faults.length > 0) throw new Error(JSON.stringify(faults))
  const all: MadeOf['all'] = type => resources.filter(resource => resource.resourceType === type) as never
  return {
    mapped,
    all,
    one(type) {
      const [only, ...others] = all(type)
      if (only === undefined || others.length > 0) throw new Error(`${others.length + (only === undefined ? 0 : 1)} of ${type}`)
      return only
    },
    findings: mapped.findings.map(finding => finding.code),
    outcomes: mapped.output.statements.map(one => one.outcome),
  }
}

export interface ObservationText {
  template?: string
  code?: string
  value?: string
  attributes?: string
  time?: string
  inner?: string
  id?: string
}

export function observation({ template: name = 'E3.48', code, value = '', attributes = '', time = '', inner = '', id }: ObservationText): string {
  const coded = code ?? `<code code="MED-309" codeSystem="${CISIS}" displayName="Recherche"/>`
  return `<observation classCode="OBS" moodCode="EVN" ${attributes}>${template(name)}${id === undefined ? '' : `<id root="${id}"/>`}${coded}<statusCode code="completed"/>${time}${value}${inner}</observation>`
}

export const related = (statement: string, typeCode = 'SUBJ'): string => `<entryRelationship typeCode="${typeCode}">${statement}</entryRelationship>`
