/*
  A partner and an incident as the API gives them.
*/
export interface Level {
  to: string
  share: number
  seconds: number
  windowHours: number
  flows: number
  reached: number | null
  state: 'kept' | 'missed' | 'unproven'
}

interface Exchanged {
  flows: number
  failures: number
}

export interface Partner {
  id: string
  name: string
  kind: string
  finess: string | null
  territory: string | null
  lastSeen: string | null
  certificate: { endsAt: string | null; state: 'valid' | 'expiring' | 'expired' } | null
  connection: { state: 'up' | 'away' | 'idle'; code: string | null; since: string | null; waiting: number }
  received: Exchanged
  sent: Exchanged
  conformance: { messages: number; refused: number; share: number | null } | null
  serviceLevels: Level[]
  silence: { rule: 'learned' | 'off' | { longestMinutes: number }; isSilent: boolean; since: string | null } | null
  paused: { by: string; reason: string; at: string } | null
  canPause: boolean
  openIncidents: number
}

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

export interface Remark {
  kind: string
  code: string
  place: string
  messages: number
  share: number
  last: string
  answer: string | null
  correct: string
}

export interface PartnerDetail extends Partner {
  report: { messages: number; refused: number; remarks: Remark[] } | null
  pauses: { by: string; reason: string; at: string; resumedBy: string | null; resumeReason: string | null; resumedAt: string | null }[]
}

export interface Holding {
  partner: Partner
  act: 'pause' | 'resume'
}
