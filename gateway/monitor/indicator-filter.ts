/*
  Which indicators are asked for: whole months, this one unless said; a territory; a kind of structure.
*/
import { HubError } from '../../profiles/errors.ts'
import { STRUCTURE_KIND_CODES, type StructureKind } from '../../profiles/tables/structure-kinds.ts'
import { isMonth, monthOf, monthsBetween } from '../indicators/months.ts'

export interface IndicatorFilter {
  /** `2026-06` */
  from: string
  to: string
  territory?: string
  kind?: StructureKind
}

const MOST_MONTHS = 60
const NAMES = ['from', 'to', 'territory', 'kind']

/** Throws: fhir.parameter_unknown; fhir.request at the parameter. `from` and `to` are months, dates or instants, and mean the months they lie in; nothing is told of months to come. */
export function readIndicatorFilter(sent: URLSearchParams, now: Date): IndicatorFilter {
  for (const name of sent.keys())
    if (!NAMES.includes(name)) throw new HubError('fhir.parameter_unknown', { path: /^[A-Za-z_]{1,32}$/.test(name) ? name : 'query' })
  const current = monthOf(now)
  const asked = readMonth(sent, 'to') ?? current
  const to = asked < current ? asked : current
  const from = readMonth(sent, 'from') ?? to
  if (from > to || monthsBetween(from, to) > MOST_MONTHS) throw new HubError('fhir.request', { path: 'from' })
  const kind = STRUCTURE_KIND_CODES.find(one => one === sent.get('kind'))
  if (kind === undefined && isSaid(sent, 'kind')) throw new HubError('fhir.request', { path: 'kind' })
  const territory = isSaid(sent, 'territory') ? { territory: sent.get('territory') ?? '' } : {}
  return { from, to, ...territory, ...(kind === undefined ? {} : { kind }) }
}

const isSaid = (sent: URLSearchParams, name: string): boolean => (sent.get(name) ?? '') !== ''

function readMonth(sent: URLSearchParams, name: string): string | undefined {
  if (!isSaid(sent, name)) return undefined
  const text = (sent.get(name) ?? '').replace(' ', '+')
  const [month = ''] = /^\d{4}-\d\d(?=$|-\d\d($|T))/.exec(text) ?? []
  const at = new Date(text)
  if (!isMonth(month) || Number.isNaN(at.getTime())) throw new HubError('fhir.request', { path: name })
  return text.includes('T') ? monthOf(at) : month
}
