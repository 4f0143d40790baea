/*
  A partner and an incident as the API gives them.
*/
import type { PartnerShown } from '../../../../partners/overview.ts'
import type { LevelReached } from '../../../../partners/levels.ts'
import type { Report } from '../../../../report.ts'
import type { Sent } from '../../../../sent.ts'

export type Level = LevelReached
export type Partner = Sent<PartnerShown>
export type Remark = Sent<Report>['remarks'][number]

export interface Incident {
  id: string
  kind: string
  subject: string
  name: string
  code: string | null
  state: 'open' | 'closed'
  count: number
  since: string
  closedAt: string | null
  text: { fr: string; en: string }
  reason: { fr: string; en: string } | null
  alerts: { moment: string; way: string; state: string }[]
}

export interface PartnerDetail extends Partner {
  report: Sent<Report> | null
  pauses: { by: string; reason: string | null; at: string; resumedBy: string | null; resumeReason: string | null; resumedAt: string | null }[]
}

export interface Holding {
  partner: Partner
  act: 'pause' | 'resume'
}
