/*
  What a published code table is here: where it comes from, its rows, a lookup.
*/

export interface TableOrigin {
  name: string
  oid?: string
  /** As published: a version, or the date of the reading. */
  version: string
  publisher: string
}

export interface CodeRow {
  code: string
  /** OID of the code system. */
  system: string
  display: string
  /** Closed codes are accepted and not emitted. */
  isClosed: boolean
}

export class CodeTable {
  readonly origin: TableOrigin
  readonly rows: readonly CodeRow[]
  readonly #byCode: ReadonlyMap<string, CodeRow>

  /** Rows are [code, code system OID, label], followed by 'closed' for a closed code. */
  constructor(origin: TableOrigin, rows: readonly (readonly [string, string, string, 'closed'?])[]) {
    this.origin = origin
    this.rows = rows.map(([code, system, display, closed]) => ({ code, system, display, isClosed: closed !== undefined }))
    this.#byCode = new Map(this.rows.map(row => [row.code, row]))
  }

  /** The row of a code; with a system, only if it is of that system. */
  get(code: string | undefined, system?: string): CodeRow | undefined {
    const row = code === undefined ? undefined : this.#byCode.get(code)
    return row !== undefined && (system === undefined || row.system === system) ? row : undefined
  }

  has(code: string | undefined, system?: string): boolean {
    return this.get(code, system) !== undefined
  }
}
