/*
  Meetings (E3.58): one that took place is an Encounter of the past, one that is to be arranged an Appointment that is proposed.
    encounter EVN | ARQ | INT => id* code text effectiveTime priorityCode? performer* participant LOC
*/
import type { Appointment, Coding, Encounter, Period } from 'fhir/r4.js'
import { list, listOf, only } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { notesOf } from './comments.ts'
import type { Made, StatementRule, StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isNegated, isNull } from './values/negation.ts'
import { isHuman, isPractitioner, placesOf } from './values/people.ts'
import { reasonsOf } from './reasons.ts'
import { fr, pcc } from './frame/templates.ts'
import { periodOf } from './values/times.ts'
import { saidStateOf, type State, stateOf } from './medicines/treatment-state.ts'
import { codingOf, conceptOf, conceptWords } from './values/values.ts'

const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const CLASSES = new Set(['AMB', 'EMER', 'FLD', 'HH', 'IMP', 'ACUTE', 'NONAC', 'OBSENC', 'PRENC', 'SS', 'VR'])
const UNKNOWN_CLASS: Coding = { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' }

const PAST: Partial<Record<State, Encounter['status']>> = { ahead: 'planned', cancelled: 'cancelled', wrong: 'entered-in-error' }
const PROPOSED: Partial<Record<State, Appointment['status']>> = { stopped: 'cancelled', cancelled: 'cancelled', wrong: 'entered-in-error' }

function mapPast(statement: CdaElement, at: StatementScene): Made {
  const said = codingOf(statement.child('code'))
  const isClass = said?.system === ACT_CODE && CLASSES.has(said.code ?? '')
  const type = conceptOf(statement.child('code'), at)
  const state = isNegated(statement) ? 'cancelled' : stateOf(statement, at)
  if (state === 'ahead') at.find('statement.done-in-future', statement.path)
  const encounter: Encounter & { id: string } = {
    ...at.base('Encounter', statement),
    ...identifiersOf(statement),
    status: PAST[state] ?? (isNull(statement) ? 'unknown' : 'finished'),
    class: isClass ? { system: ACT_CODE, ...only('code', said.code) } : UNKNOWN_CLASS,
    ...list('type', type === undefined || isClass ? [] : [type]),
    subject: at.patient,
    ...listOf('participant', at.performersOf(statement).filter(isPractitioner), individual => ({ individual })),
    ...only('period', periodOf(statement.child('effectiveTime'), at)),
    ...reasonsOf(statement, at),
    ...listOf('location', placesOf(statement, 'LOC'), location => ({ location })),
  }
  return { resources: [encounter] }
}

function mapProposed(statement: CdaElement, at: StatementScene): Made {
  const period = periodOf(statement.child('effectiveTime'), at)
  const { reasonCode, reasonReference } = reasonsOf(statement, at)
  const type = conceptOf(statement.child('code'), at)
  const priority = conceptOf(statement.child('priorityCode'), at)
  const comment = (notesOf(statement, at).note ?? []).map(one => one.text)
  const places = placesOf(statement, 'LOC').map(({ display }) => display)
  const words = [priority && conceptWords(priority), ...places, ...comment].filter(text => text !== undefined)
  const problems = (reasonReference ?? []).filter(({ reference = '' }) => reference.startsWith('Condition/'))
  const people = at.performersOf(statement).filter(isHuman)
  const appointment: Appointment & { id: string } = {
    ...at.base('Appointment', statement),
    ...identifiersOf(statement),
    status: isNegated(statement) ? 'cancelled' : (PROPOSED[saidStateOf(statement) ?? 'ahead'] ?? 'proposed'),
    ...list('serviceType', type === undefined ? [] : [type]),
    ...list('reasonCode', reasonCode ?? []),
    ...list('reasonReference', problems),
    ...only('description', at.text(statement)),
    ...whenWanted(period),
    ...(words.length === 0 ? {} : { comment: words.join('\n') }),
    participant: [{ actor: at.patient, status: 'needs-action' }, ...people.map(actor => ({ actor, status: 'needs-action' as const }))],
  }
  return { resources: [appointment] }
}

/** Told to the minute it is the time of the meeting, else a period to find one in. */
function whenWanted(period: Period | undefined): Pick<Appointment, 'start' | 'end' | 'requestedPeriod'> {
  const { start = '', end = '' } = period ?? {}
  if (start.length > 10 && end.length > 10 && start !== end) return { start, end }
  return list('requestedPeriod', period === undefined ? [] : [period])
}

const templates = [fr('58'), pcc('4.14'), '']
const kinds = ['encounter'] as const

export const encounterRules: StatementRule[] = [
  { name: 'E3.58 meeting', version: 1, templates, kinds, moods: ['EVN'], map: mapPast },
  { name: 'E3.58 meeting to arrange', version: 1, templates, kinds, moods: ['ARQ', 'INT', 'PRP', 'RQO', 'APT'], map: mapProposed },
]
