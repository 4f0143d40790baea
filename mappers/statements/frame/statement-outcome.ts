/*
  What became of one statement of a structured body.
*/

export interface StatementOutcome {
  path: string
  /** It stands directly in an entry. */
  isEntry: boolean
  outcome: 'mapped' | Ignored
  rule?: string
}

/** Why a statement became no resource although a rule knows it. */
export type Ignored =
  /** It is there because a guide asks for one, and says nothing. */
  | 'filler'
  /** The index card, the Composition or the stay says it. */
  | 'in-header'
  /** Another statement of the document says the same. */
  | 'said-elsewhere'
  /** It cannot be told as it is meant: it stays in the narrative, with the finding `statement.unmapped`. */
  | 'unmapped'
