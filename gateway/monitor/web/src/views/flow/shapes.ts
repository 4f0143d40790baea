/*
  What the hub answers about one flow.
*/
import type { Made as MadeOfMessage, MadeElement, MadeResource } from '../../../../flow/made.ts'
import type { ShownBlock as Block, SourceDocument, SourceField, SourceMessage as Source, SourceSegment } from '../../../../flow/source.ts'
import type { RecipientShown } from '../../../../flow/recipients.ts'
import type { Standing } from '../../../../flow/standing.ts'
import type { StepShown } from '../../../../flow/time-line.ts'
import type { Sent } from '../../../../sent.ts'
import type { Said } from '../../../../sentences.ts'
import type { FlowItem } from '../flows/flow-item.ts'

export type { Block, MadeElement, MadeResource, Source, SourceDocument, SourceField, SourceSegment }

export type { Said }

export type Step = Sent<StepShown>

export type Recipient = RecipientShown

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
  standing: Standing
  refusals: { code: string; path: string; sentence?: Said }[]
  steps: Step[]
  findings: FindingShown[]
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
