/*
  What the store's $validate said, in the hub's words: its own texts may carry values, so only its message ids, names of elements, slices, value sets and constraints are read from it.
    message id => Validation_VAL_Profile_Minimum | Terminology_TX_… | <profile>#<constraint> | …     of an answer without one, the store could not read the resource
*/
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js'
import { HUB } from '../../../profiles/canonicals.ts'
import type { Issue } from '../../../profiles/issues.ts'
import {
  FIXED,
  FORM,
  MISSING,
  OTHER_TYPE,
  PLACE,
  type ProfileFinding as Finding,
  QUESTIONNAIRE,
  RULE,
  TARGET,
  TOO_MANY,
  TYPE,
  UNCHECKED,
  UNKNOWN_EXTENSION,
} from '../../../profiles/tables/profile-findings.ts'
import { invariantText } from './invariants.ts'

/** In: the place of the resource that was judged: `CarePlan`, `Bundle.entry[2].resource`. */
export function toIssues(outcome: OperationOutcome, place: string): Issue[] {
  // Of a profile of another type every element would be wrong.
  if (outcome.issue.some(said => idOf(said) === 'Validation_VAL_Profile_WrongType'))
    return [{ ...OTHER_TYPE, severity: 'error', expression: `${place}.meta.profile` }]
  const issues = outcome.issue.flatMap(said => {
    const finding = findingOf(said)
    if (finding === undefined) return []
    const { member, severity = severityOf(said), ...rest } = finding
    const at = expressionOf(said.expression?.[0] ?? said.location?.[0] ?? '', place)
    return [{ severity, ...rest, expression: member === undefined ? at : `${at}.${member}` }]
  })
  return once(issues)
}

const idOf = (said: OperationOutcomeIssue): string => said.details?.coding?.[0]?.code ?? ''

/** Undefined for what concerns nobody. */
function findingOf(said: OperationOutcomeIssue): Finding | undefined {
  const id = idOf(said)
  const message = said.diagnostics ?? ''
  // Of others' extensions the hub knows a few; of its own it knows all.
  if (id === 'Extension_EXT_Unknown' && message.includes(` ${HUB}`)) return UNKNOWN_EXTENSION
  if (isNoise(said.severity, id, message)) return undefined
  const constraint = /#([A-Za-z][A-Za-z0-9-]{0,40})$/.exec(id)?.[1]
  if (constraint !== undefined) return { code: 'invariant', rule: constraint, text: invariantText(constraint, message) }
  return KINDS.find(([form]) => form.test(id))?.[1](message) ?? (/^HAPI-\d+/.test(message) ? FORM : RULE)
}

/** No narrative, no performer; an extension or slice that is open; a French code where HL7 would rather see one of its own list. */
function isNoise(severity: string, id: string, message: string): boolean {
  if (/Best Practice Recommendation|^No issues detected/.test(message) || /^(?:Details_for__matching|Extension_EXT_Unknown)/.test(id)) return true
  return severity === 'warning' && /^None of the codings .*\(http:\/\/(?:hl7|terminology\.hl7)\.org\/[^\s()]*\), and a coding should/s.test(message)
}

const KINDS: readonly [RegExp, (message: string) => Finding][] = [
  [/^Validation_VAL_Profile_Minimum_SLICE/, message => missingSlice(message)],
  [/^Validation_VAL_Profile_Minimum/, message => ({ ...MISSING, ...memberOf(message) })],
  [/^Validation_VAL_Profile_Maximum/, message => ({ ...TOO_MANY, ...memberOf(message) })],
  [/^CONTAINED_ORPHAN/, message => ({ code: 'invariant', rule: 'dom-3', text: invariantText('dom-3', message) })],
  [/Fixed|Pattern/i, () => FIXED],
  [/^Terminology|Terminology_|_TX_|^Display/, message => codeFinding(message)],
  [/^Extension_EXT_Type/, () => ({ ...TYPE, member: 'value' })],
  [/^Reference_|REFERENCE/, () => TARGET],
  [/^Questionnaire|^QUESTIONNAIRE/, () => QUESTIONNAIRE],
  [/^Type_Specific_Checks|^XHTML|^TYPE_SPECIFIC/, () => FORM],
  [/^Extension_EXTP_Context/, () => PLACE],
  [/_Type|NOTYPE|Profile_NoType|PROFILE_Type/i, message => ({ ...TYPE, ...choiceOf(message) })],
]

/** `CarePlan.title: minimum required = 1`, `Patient.name:officialName.prefix: max allowed = 1`, `Extension.value[x]: …` */
function memberOf(message: string): { member?: string } {
  const member = /^[A-Za-z][\w.:[\]-]*?\.([a-z][A-Za-z0-9]*)(?:\[x\])?(?::[\w-]+)?: (?:minimum|max)/.exec(message)?.[1]
  return member === undefined ? {} : { member }
}

/** `The type of element occurrenceTiming is not known`: of occurrence[x] this profile allows other types. */
function choiceOf(message: string): { member?: string } {
  const member = /^The type of element ([a-z]+)[A-Z]/.exec(message)?.[1]
  return member === undefined ? {} : { member }
}

/** `Slice 'CarePlan.category:plan': a matching slice is required` */
function missingSlice(message: string): Finding {
  const [, member, slice = ''] = /^Slice '[^']*?\.([a-z][A-Za-z0-9]*)(?:\[x\])?:([\w-]+)'/.exec(message) ?? []
  const text = { en: `The profile requires one of the kind "${slice}" here.`, fr: `Le profil exige ici un élément du genre « ${slice} ».` }
  return { code: 'required', rule: 'slice.required', text: slice === '' ? MISSING.text : text, ...(member === undefined ? {} : { member }) }
}

/** A list of which the hub has a part only, or nothing, cannot refuse a code. */
function codeFinding(message: string): Finding {
  // Why a code is not in a list that is required adds nothing: it is not.
  const said = message.replace(/\(error message = .*/s, '')
  if (/fragment|is unknown and can't be validated|could not be (?:validated|expanded|found)|Unable to (?:expand|validate)|not been checked/i.test(said))
    return UNCHECKED
  const list = /\((https?:\/\/[^\s()|]+\/([A-Za-z0-9._-]+))(?:\|[^\s()]*)?\)/.exec(message)?.[2]
  const text = list === undefined ? ['the list of this element', 'la liste de cet élément'] : [`the value set ${list}`, `le jeu de valeurs ${list}`]
  return { code: 'code-invalid', rule: 'code.unknown', text: { en: `This code is not in ${text[0]}.`, fr: `Ce code n’est pas dans ${text[1]}.` } }
}

function severityOf({ severity }: OperationOutcomeIssue): Issue['severity'] {
  return severity === 'fatal' ? 'error' : severity
}

/** `Patient.extension[1].value.ofType(Address).city` is Patient.extension[1].value.city at its place; what is no path of names and indexes is the resource itself. */
function expressionOf(said: string, place: string): string {
  const path = said
    .replace(/\/\*.*?\*\/\.?/g, '.')
    .replace(/\.ofType\([A-Za-z]+\)/g, '')
    .replace(/\.\.+/g, '.')
  return /^[A-Z][A-Za-z]*(?:\.[a-z][A-Za-z0-9]*(?:\[\d+\])?)*$/.test(path) ? path.replace(/^[A-Za-z]+/, place) : place
}

/** Two profiles, a profile and its datatypes, a code and its list say the same thing of the same element. */
function once(issues: Issue[]): Issue[] {
  const said = new Map<string, Issue>()
  for (const issue of issues) {
    const key = `${issue.rule} ${issue.expression} ${issue.rule === 'slice.required' ? issue.text.en : ''}`
    const known = said.get(key)
    if (known === undefined || (known.severity !== 'error' && issue.severity === 'error')) said.set(key, issue)
  }
  return [...said.values()]
}
