/*
  Advance directives (E3.54): what the person wants or refuses, as a Consent of scope adr. It opens and closes no access: that is said by hub-consent alone.
    observation => code=of what value BL=wanted? effectiveTime; reference { externalDocument } | observationMedia = the text itself
*/
import type { CodeableConcept, Consent, ConsentProvision } from 'fhir/r4.js'
import { only } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { contentOf, namedDocumentsOf } from './attachment.ts'
import { FILLER, type Made, type MadeResource, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { type State, saidStateOf } from './medicines/treatment-state.ts'
import { isNegated, isNull, NEGATION } from './values/negation.ts'
import { fr, pcc } from './frame/templates.ts'
import { whenOf } from './values/times.ts'
import { conceptOrWords } from './values/values.ts'

const SCOPE: CodeableConcept = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'adr' }] }
const CATEGORY: CodeableConcept = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentcategorycodes', code: 'acd' }] }
const LAW: CodeableConcept = { text: 'Directives anticipées (code de la santé publique, article L1111-11)' }
/** Directives as such: that there are some, not what they want. */
const ANY = '42348-3'
/** In force no longer, or for the time being. */
const WITHDRAWN: Partial<Record<State, Consent['status']>> = { stopped: 'inactive', cancelled: 'inactive', held: 'inactive', wrong: 'entered-in-error' }

function mapDirective(statement: CdaElement, at: StatementScene): Made {
  const code = at.part('category', () => conceptOrWords(statement.child('code'), at, at.text(statement)))
  if (code === undefined) return FILLER
  const source = sourceOf(statement, at)
  const wish = wishOf(statement)
  const isAny = statement.child('code')?.attr('code') === ANY
  const { dateTime, period } = at.part('provision', () => whenOf(statement.child('effectiveTime'), at))
  const provision: ConsentProvision = {
    ...(isAny || wish.isWanted === undefined ? {} : { type: wish.isWanted ? ('permit' as const) : ('deny' as const) }),
    ...only('period', period),
    ...(isAny ? {} : { code: [code] }),
  }
  const isNone = isAny && wish.isWanted === false
  const directive: Consent & { id: string } = {
    ...at.base('Consent', statement),
    ...identifiersOf(statement),
    ...(wish.isFlagged || isNone ? { modifierExtension: [NEGATION] } : {}),
    status: WITHDRAWN[saidStateOf(statement) ?? 'active'] ?? (isNone || wish.isFlagged || isNull(statement) ? 'inactive' : 'active'),
    scope: SCOPE,
    category: [CATEGORY, code],
    patient: at.patient,
    ...only('dateTime', dateTime),
    ...source.said,
    policyRule: LAW,
    ...(Object.keys(provision).length === 0 ? {} : { provision }),
  }
  return { resources: [directive, ...source.resources] }
}

/** A negated yes is a no; any other negated answer goes with the flag. */
function wishOf(statement: CdaElement): { isWanted: boolean | undefined; isFlagged: boolean } {
  const said = statement.child('value')?.attr('value')
  const isWanted = said === 'true' || said === 'false' ? said === 'true' : undefined
  if (!isNegated(statement)) return { isWanted, isFlagged: false }
  return isWanted === true ? { isWanted: false, isFlagged: false } : { isWanted, isFlagged: true }
}

/** The text of the directive: joined, or named. */
function sourceOf(statement: CdaElement, at: StatementScene): { said: Pick<Consent, 'sourceReference' | 'sourceAttachment'>; resources: MadeResource[] } {
  const [named, ...others] = namedDocumentsOf(statement, at)
  if (named !== undefined) return { said: { sourceReference: { reference: `DocumentReference/${named.id}` } }, resources: [named, ...others] }
  for (const { statement: nested } of at.nested(statement)) {
    const joined = nested.local === 'organizer' ? at.map(nested).resources[0] : undefined
    if (joined?.resourceType === 'DocumentReference') return { said: { sourceReference: { reference: `DocumentReference/${joined.id}` } }, resources: [] }
    const content = nested.local === 'observationMedia' ? contentOf(nested) : undefined
    if (content === undefined) continue
    at.take(nested)
    return { said: { sourceAttachment: { ...content } }, resources: [] }
  }
  return { said: {}, resources: [] }
}

export const directiveRules: StatementRule[] = [
  { name: 'E3.54 advance directive', version: 1, templates: [fr('54'), pcc('4.13.7')], kinds: ['observation'], map: mapDirective },
]
