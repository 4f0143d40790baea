/*
  What is a statement of a CDA: the kinds of clinical statement, by element name.
*/
import type { CdaElement } from '../../cda/xml/element.ts'

export const STATEMENT_KINDS = [
  'act',
  'encounter',
  'observation',
  'observationMedia',
  'organizer',
  'procedure',
  'regionOfInterest',
  'substanceAdministration',
  'supply',
] as const
export type StatementKind = (typeof STATEMENT_KINDS)[number]

const KINDS: ReadonlySet<string> = new Set(STATEMENT_KINDS)

export const isStatement = (element: CdaElement): boolean => KINDS.has(element.local)
