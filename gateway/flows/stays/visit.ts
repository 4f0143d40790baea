/*
  A stay that a partner writes through the FHIR door: what its state makes known, as a movement would.
    → in-progress  admission      → finished  discharge      in-progress → cancelled | entered-in-error, finished → in-progress  taken back
    finished → cancelled | entered-in-error  both taken back
  What began, or ended, more than a day ago announces nothing.
  Spec: fhir-fr.md 5.1, 7 (a).
*/
import type { Encounter } from 'fhir/r4.js'
import type { EventCode } from '../../../profiles/events/event-types.ts'
import type { StayNews } from '../../fanout/stay-news.ts'
import type { CareFlow } from '../care-flow.ts'
import { placeOf, targetOf } from '../person.ts'

const OLDEST_MS = 24 * 3_600_000
const THERE = ['arrived', 'triaged', 'in-progress', 'onleave']
const UNDONE = ['cancelled', 'entered-in-error']

export const VISIT: CareFlow = {
  name: 'visit',
  types: ['Encounter'],
  async judge(write, draft) {
    const after = draft.resource as Encounter
    const [patient, structure] = [targetOf(after.subject), targetOf(after.serviceProvider)]
    if (patient === undefined || structure === undefined) return
    for (const { type, change, state, happenedAt } of newsOf(draft.before as Encounter | undefined, after, write.now)) {
      // One admission and one discharge for each visit: its id names both.
      const detail: StayNews = { stay: placeOf(draft), structure, sentences: [], happenedAt, alert: { id: draft.id, state } }
      write.announce({ type, patient, about: placeOf(draft), changes: [change], detail: { news: detail } })
    }
  },
}

interface News {
  type: EventCode
  change: string
  state: 'announced' | 'withdrawn'
  happenedAt: string
}

function newsOf(before: Encounter | undefined, { status, period }: Encounter, now: Date): News[] {
  const was = before?.status ?? 'planned'
  const withdrawn = (type: EventCode): News => ({ type, change: 'annulation', state: 'withdrawn', happenedAt: now.toISOString() })
  if (was === 'finished' && UNDONE.includes(status)) return [withdrawn('encounter.sor'), withdrawn('encounter.adm')]
  if (THERE.includes(was) && UNDONE.includes(status)) return [withdrawn('encounter.adm')]
  if (was === 'finished' && THERE.includes(status)) return [withdrawn('encounter.sor')]
  if (!THERE.includes(was) && THERE.includes(status)) return announced('encounter.adm', 'admission', { at: period?.start, now })
  if (was !== 'finished' && status === 'finished') return announced('encounter.sor', 'discharge', { at: period?.end, now })
  return []
}

function announced(type: EventCode, change: string, { at, now }: { at: string | undefined; now: Date }): News[] {
  const time = Date.parse(at ?? '')
  // A day that is told alone lasts until its end.
  const lasts = (at ?? '').length > 10 ? 0 : OLDEST_MS
  if (Number.isNaN(time) || now.getTime() - time - lasts > OLDEST_MS) return []
  return [{ type, change, state: 'announced', happenedAt: new Date(time).toISOString() }]
}
