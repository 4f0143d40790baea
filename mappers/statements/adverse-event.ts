/*
  Adverse effects (E3.210): what happened, the treatment suspected, the reaction, and what is thought of it.
    observation => effectiveTime value; COMP treatment E3.42; MFST problem E3.37; SUBJ causality E3.211, severity E3.212, outcome E3.213, comment E3.32
*/
import type { AdverseEvent, CodeableConcept } from 'fhir/r4.js'
import { list, only, stated, toIdentifier } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { readIi } from '../cda/read-datatypes.ts'
import { SEVERITIES } from './allergy.ts'
import { isComment } from './comments.ts'
import { FILLER, leave, type Made, type MadeResource, referencesTo, type StatementRule, type StatementScene } from './frame/contract.ts'
import { isVoid, toldStateOf } from './medicines/treatment-state.ts'
import { saidIn } from './frame/nested.ts'
import { fr, hasTemplate } from './frame/templates.ts'
import { startOf } from './values/times.ts'
import { conceptOf } from './values/values.ts'

const CAUSALITY = [fr('211')]
const SEVERITY = [fr('212')]
const OUTCOME = [fr('213')]

const OUTCOMES: Readonly<Record<string, string>> = {
  '1352007006': 'resolved',
  '370996005': 'resolved',
  '1352008001': 'resolvedWithSequelae',
  '370997001': 'recovering',
  '385633008': 'recovering',
  '419099009': 'fatal',
  '261665006': 'unknown',
}
const SUSPECTS = new Set(['MedicationStatement', 'MedicationAdministration', 'Medication', 'Immunization', 'Procedure', 'Device'])

/** Its absence is no event; FHIR has no word for one that is not known to hold. */
function mapAdverseEvent(statement: CdaElement, at: StatementScene): Made {
  const event = conceptOf(statement.child('value'), at) ?? conceptOf(statement.child('code'), at)
  if (event === undefined) return FILLER
  if (isVoid(statement) || toldStateOf(statement) === 'cancelled' || statement.child('value')?.attr('value') === 'false') return leave(statement, at)
  const related = at.nested(statement).flatMap(({ statement: nested }) => (isAspect(nested) ? [] : at.map(nested).resources.slice(0, 1)))
  const id = readIi(statement.child('id'))
  const recorder = at.authorsOf(statement).find(({ reference = '' }) => !reference.startsWith('Device/'))
  const missed = (): void => at.find('statement.status-unknown', statement.path)
  const severity = coded(aspectOf(statement, SEVERITY, at), { codes: SEVERITIES, system: 'adverse-event-severity', missed })
  const outcome = coded(aspectOf(statement, OUTCOME, at), { codes: OUTCOMES, system: 'adverse-event-outcome', missed })
  for (const { statement: nested } of at.nested(statement)) if (isComment(nested)) at.take(nested, 'in-header')
  const conditions = referencesTo(related, type => type === 'Condition')
  const adverse: AdverseEvent & { id: string } = {
    ...at.base('AdverseEvent', statement),
    ...only('identifier', id === undefined ? undefined : toIdentifier(id)),
    actuality: 'actual',
    event,
    subject: at.patient,
    encounter: at.encounter,
    ...only('date', startOf(statement.child('effectiveTime'), at)),
    ...list('resultingCondition', conditions),
    ...stated({ severity, outcome, recorder }),
    ...list('suspectEntity', suspectsOf(statement, related, at)),
  }
  return { resources: [adverse] }
}

function isAspect(nested: CdaElement): boolean {
  return hasTemplate(nested, [...CAUSALITY, ...SEVERITY, ...OUTCOME]) || isComment(nested)
}

function aspectOf(statement: CdaElement, templates: readonly string[], at: StatementScene): CodeableConcept | undefined {
  return saidIn(statement, templates, { at, read: aspect => conceptOf(aspect.child('value'), at) })
}

/** FHIR has a list of its own, and the store takes no second coding beside it: what was written goes along in words; a code outside the list stays in the narrative. */
function coded(aspect: CodeableConcept | undefined, { codes, system, missed }: { codes: Readonly<Record<string, string>>; system: string; missed(): void }) {
  const said = aspect?.coding?.[0]
  const code = codes[said?.code ?? '']
  if (aspect !== undefined && code === undefined) missed()
  if (code === undefined) return undefined
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }], ...only('text', aspect?.text ?? said?.display) }
}

function suspectsOf(statement: CdaElement, related: readonly MadeResource[], at: StatementScene): NonNullable<AdverseEvent['suspectEntity']> {
  const assessment = aspectOf(statement, CAUSALITY, at)
  return referencesTo(related, type => SUSPECTS.has(type)).map(instance => ({ instance, ...(assessment === undefined ? {} : { causality: [{ assessment }] }) }))
}

export const adverseEventRules: StatementRule[] = [
  { name: 'E3.210 adverse effect', version: 1, templates: [fr('210')], kinds: ['observation'], moods: ['EVN', ''], map: mapAdverseEvent },
]
