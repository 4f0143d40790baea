/*
  Where a treatment stands on the day of the document, by its times: an end that has passed, a start that lies ahead; statusCode only where it says more than `completed`.
*/
import { toDateTime } from '../cda/timestamps.ts'
import type { CdaElement } from '../cda/element.ts'
import type { StatementScene } from './contract.ts'
import { isReversed, whenOf } from './times.ts'

export type State = 'active' | 'over' | 'ahead' | 'stopped' | 'held' | 'cancelled' | 'wrong'

const OF_STATUS: Readonly<Record<string, State>> = {
  aborted: 'stopped',
  suspended: 'held',
  held: 'held',
  cancelled: 'cancelled',
  nullified: 'wrong',
  obsolete: 'wrong',
}

export function stateOf(statement: CdaElement, at: StatementScene): State {
  const said = OF_STATUS[statement.child('statusCode')?.attr('code') ?? '']
  if (said !== undefined) return said
  const { dateTime, period } = whenOf(statement.child('effectiveTime'), at)
  const today = toDateTime(at.header.effectiveTime) ?? at.ctx.now.toISOString()
  const end = dateTime ?? period?.end
  const start = dateTime ?? period?.start
  if (start !== undefined && isReversed(start, today)) return 'ahead'
  return end !== undefined && isReversed(today, end) ? 'over' : 'active'
}
