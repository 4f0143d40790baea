/*
  One section and one observed fact of the demo letter, as the CI-SIS templates shape them.
*/
import { createHash } from 'node:crypto'

export interface LetterBody {
  documentId: string
  /** YYYYMMDD */
  admittedOn: string
  dischargedOn: string
  /** YYYYMMDD, after the discharge. */
  reviewOn: string
  pdf: Uint8Array
}

export const PCC = '1.3.6.1.4.1.19376.1.5.3.1'
export const SECTION = '1.2.250.1.213.1.1.2'
export const ENTRY = '1.2.250.1.213.1.1.3'
export const ANS_CODES = 'codeSystem="1.2.250.1.213.1.1.4.322" codeSystemName="TA_ASIP"'
export const SNOMED = 'codeSystem="2.16.840.1.113883.6.96" codeSystemName="SNOMED CT"'

export interface SectionParts {
  code: string
  name: string
  title: string
  templates: readonly string[]
  text: string
  entries?: readonly string[]
}

export function section(body: LetterBody, parts: SectionParts): string {
  const templates = parts.templates.map(root => `<templateId root="${root}"/>`).join('')
  const entries = (parts.entries ?? []).map(entry => `<entry>${entry}</entry>`).join('\n')
  return `<component><section>${templates}<id root="${derivedId(body, parts.code)}"/>
<code code="${parts.code}" displayName="${parts.name}" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/>
<title>${parts.title}</title><text>${parts.text}</text>
${entries}</section></component>`
}

export interface Observed {
  template: string
  code: string
  name: string
  /** ID of the narrative it stands for. */
  narrative: string
  /** `value` with its type. */
  value: string
  on: string
}

export function observation(body: LetterBody, observed: Observed): string {
  const templates = observed.template
    .split(' ')
    .map(suffix => `<templateId root="${ENTRY}.${suffix}"/>`)
    .join('')
  return `<observation classCode="OBS" moodCode="EVN"><templateId root="${PCC}.4.13"/><templateId root="${ENTRY}.48"/>${templates}
<id root="${derivedId(body, observed.code)}"/><code code="${observed.code}" displayName="${observed.name}" ${ANS_CODES}/>
<text><reference value="#${observed.narrative}"/></text><statusCode code="completed"/><effectiveTime value="${observed.on}"/>${observed.value}</observation>`
}

/** A UUID of its own for each statement, the same for the same document. */
export function derivedId(body: LetterBody, name: string): string {
  const hex = createHash('sha256').update(`${body.documentId} ${name}`).digest('hex').toUpperCase()
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-A${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
