/*
  What the hub answers about one flow.
*/
import type { Made as MadeOfMessage, MadeElement, MadeResource } from '../../../../flow/made.ts'
import type { ShownBlock as Block, SourceDocument, SourceField, SourceMessage as Source, SourceSegment } from '../../../../flow/source.ts'
import type { Language } from '../../language.ts'
import type { FlowItem, FlowStep } from '../flows/flow-item.ts'

export type { Block, MadeElement, MadeResource, Source, SourceDocument, SourceField, SourceSegment }

export type Said = Readonly<Record<Language, string>>

export interface Step extends FlowStep {
  attempt?: number
  position?: number
  durationMs: number | null
  path?: string
  sentence?: Said
}

export interface FindingShown {
  code: string
  severity: string
  path: string
  sentence: Said | null
}

export interface Journey extends FlowItem {
  door: string
  receivedAt: string
  size: number
  standing: { code: string | null; path: string | null; sentence?: Said; next: Said }
  refusals: { code: string; path: string; sentence?: Said }[]
  steps: Step[]
  findings: FindingShown[]
}

export interface Recipient {
  id: string
  recipient: string
  channel: string
  member: string | null
  status: string
  received: boolean
  code: string | null
  level: string
  rule: string
  error: string | null
  errorSentence?: Said
  sentence: Said
}

/** With what the answer says of the whole message. */
export interface Made extends MadeOfMessage {
  mapper: string | null
  version: number | null
  isRevealed: boolean
  contents: string[]
  unread: string[]
  total: number
}
