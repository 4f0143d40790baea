/*
  What the hub answers about one flow.
*/
import type { Language } from '../../language.ts'

export type Said = Readonly<Record<Language, string>>

export interface Step {
  step: string
  at: string
  outcome: string
  recipient?: string
  code?: string
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

export interface Journey {
  id: string
  controlId: string
  sender: string
  territory: string | null
  documentType: string | null
  documentId: string | null
  status: string
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

export interface SourceField {
  path: string
  value: string | null
  size?: number
}

export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; text: string }
  | { kind: 'paragraph'; text: string; isBold?: boolean }
  | { kind: 'list'; items: string[]; isOrdered?: boolean }
  | { kind: 'table'; rows: { isHead: boolean; cells: { text: string; columns: number; rows: number }[] }[] }
  | { kind: 'picture'; source: string }

export interface SourceDocument {
  path: string
  contentType: string
  size: number
  fields: SourceField[]
  total: number
  blocks: Block[]
  isCut?: true
  body?: { contentType: string; size: number }
  fault?: string
}

export interface Source {
  format: 'hl7v2' | 'xml' | 'text' | 'binary'
  size: number
  charset: string
  isSound: boolean
  isRevealed: boolean
  segments: { path: string; fields: SourceField[] }[]
  documents: SourceDocument[]
  text: string | null
  total: number
  shown: number
}

export interface LineageRow {
  element: string
  sources: string[]
  rule?: string
  version?: number
}

export interface MadeElement {
  path: string
  name: string
  value: unknown
  isHidden: boolean
  isOfWhole?: boolean
  sources: string[]
  rule?: string
  version?: number
}

export interface MadeResource {
  reference: string
  version: string | null
  path: string
  sources: string[]
  elements: MadeElement[]
}

export interface Made {
  mapper: string | null
  version: number | null
  isRevealed: boolean
  resources: MadeResource[]
  unplaced: LineageRow[]
  contents: string[]
  unread: string[]
  total: number
}
