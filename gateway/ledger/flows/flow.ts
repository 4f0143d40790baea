/*
  A flow as it is shown, and the row of its message.
*/
import type { RowOf } from '../row-of.ts'
import type { MessageStatus } from '../status.ts'

export interface Flow {
  id: string
  controlId: string
  sender: string
  territory: string | null
  documentType: string | null
  documentId: string | null
  status: MessageStatus
  steps: FlowStep[]
}

export interface FlowRow extends RowOf<Omit<Flow, 'steps'>> {
  lane_key: string | null
  position: string | null
  code: string | null
  path: string | null
  attempts: number
  refused_with: { code: string; path: string }[] | null
  received_at: Date
  accepted_at: Date
  stored_at: Date | null
}

export interface FlowStep {
  step: 'received' | 'acknowledged' | 'mapped' | 'stored' | 'announced' | 'decided' | 'sent' | 'receipt' | 'returned'
  at: Date
  outcome: string
  recipient?: string
  code?: string
  attempt?: number
  position?: number
}
