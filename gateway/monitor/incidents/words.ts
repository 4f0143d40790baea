/*
  What is said of an incident, to people by mail and to programs by webhook: kinds, partners, codes and counts; nobody is named. Pure.
*/
import { HUB_PARTS, INCIDENT_KINDS } from '../../../profiles/tables/incident-kinds.ts'
import { laneReason } from '../../../profiles/tables/lane-reasons.ts'
import type { Moment } from '../../ledger/watch/alerts.ts'
import type { Incident } from '../../ledger/watch/incidents.ts'

export interface Told {
  incident: Incident
  moment: Moment
  /** Name of the partner, where the subject is one. */
  name: string
  /** Where the monitor shows it. */
  url: string
}

type Language = 'fr' | 'en'

const TITLES: Record<Language, Record<Moment, string>> = { fr: { start: 'Incident', end: 'Fin d’incident' }, en: { start: 'Incident', end: 'End of incident' } }

const LABELS = {
  fr: { about: 'Concerne', reason: 'Motif', count: 'Nombre', since: 'Depuis', until: 'Jusqu’à', territory: 'Territoire', see: 'Voir', help: 'Que faire' },
  en: { about: 'About', reason: 'Reason', count: 'Count', since: 'Since', until: 'Until', territory: 'Territory', see: 'See', help: 'What to do' },
} as const

/** A part of the hub has one in each language. */
const nameOf = ({ incident, name }: Told, language: Language): string => HUB_PARTS[incident.subject]?.[language] ?? name

export function subjectOf(told: Told, language: Language): string {
  const { incident, moment } = told
  return `[e-parcours] ${TITLES[language][moment]} : ${INCIDENT_KINDS[incident.kind][language]} (${nameOf(told, language)})`
}

export function textOf(told: Told, { language, timeZone }: { language: Language; timeZone: string }): string {
  const { incident, moment, url } = told
  const name = nameOf(told, language)
  const label = LABELS[language]
  const when = (at: Date): string =>
    new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', { dateStyle: 'long', timeStyle: 'medium', timeZone }).format(at)
  const { kind, subject, code, count, since, clearedAt, territory } = incident
  const rows: [string, string | null][] = [
    [label.about, name === subject ? name : `${name} (${subject})`],
    [label.reason, code === '' ? null : kind === 'lane.parked' ? `${laneReason(code)[language]} (${code})` : code],
    // Until the end it goes on moving, and every attempt says the same.
    [label.count, moment === 'end' && count > 1 ? String(count) : null],
    [label.since, when(since)],
    [label.until, moment === 'end' && clearedAt !== null ? when(clearedAt) : null],
    [label.territory, territory],
    [label.see, url],
    [label.help, runbookOf(kind)],
  ]
  const lines = rows.flatMap(([title, text]) => (text === null ? [] : [`${title} : ${text}`]))
  return [`${TITLES[language][moment]} : ${INCIDENT_KINDS[kind][language]}.`, '', ...lines, ''].join('\n')
}

const runbookOf = (kind: string): string => `gateway/monitor/OPERATING.md#${kind}`

/** The body of a webhook: the same bytes on every attempt. */
export function jsonOf({ incident, moment, name, url }: Told): string {
  const { id, kind, subject, code, territory, count, since, openedAt, clearedAt, closedAt } = incident
  const isEnd = moment === 'end'
  return JSON.stringify({
    type: `incident.${moment}`,
    incident: {
      ...{ id, kind, subject, name, code: code === '' ? null : code, territory, state: isEnd ? 'closed' : 'open' },
      ...(isEnd ? { count } : {}),
      ...{ since, openedAt, clearedAt: isEnd ? clearedAt : null, closedAt: isEnd ? closedAt : null, url, runbook: runbookOf(kind) },
    },
  })
}
