/*
  The French name of a document's type, from the table of the CI-SIS.
*/
import { J07_DOCUMENT_TYPES } from '../../../../profiles/tables/j07-document-types.ts'

/** The code itself where the table does not know it. */
export const documentType = (code: string | null | undefined): string => J07_DOCUMENT_TYPES.get(code ?? undefined)?.display ?? code ?? '–'

export const DOCUMENT_TYPES: readonly (readonly [code: string, display: string])[] = J07_DOCUMENT_TYPES.rows
  .filter(row => !row.isClosed)
  .map(({ code, display }) => [code, display] as const)
