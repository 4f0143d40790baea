/*
  CSV as a French spreadsheet opens it by a double click: UTF-8 with its mark, semicolons, CRLF, decimal comma. A text that a spreadsheet would take for a formula is shown as text.
*/

export type CsvCell = string | number | null

export const CSV_TYPE = 'text/csv; charset=utf-8'
/** Begins the file. */
export const CSV_MARK = '\uFEFF'

export function csvOf(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return `${CSV_MARK}${[header, ...rows].map(csvLine).join('')}`
}

/** One row, for files that are written as they are read. */
export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(cellOf).join(';')}\r\n`

function cellOf(value: CsvCell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value).replace('.', ',')
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
