/*
  What went wrong with a request, as the hub said it: a status, a code, a place.
*/
export class Fault extends Error {
  readonly status: number
  /** A code of profiles/errors.ts; `page.unheard` where nobody answered. */
  readonly code: string
  /** The parameter or field meant. */
  readonly path: string | undefined
  /** Everything that the hub said. */
  readonly said: unknown

  constructor({ status, code, text, path, said }: { status: number; code: string; text?: string | undefined; path?: string | undefined; said?: unknown }) {
    super(text ?? code)
    this.name = 'Fault'
    this.status = status
    this.code = code
    this.path = path
    this.said = said
  }
}

export const toFault = (error: unknown): Fault => (error instanceof Fault ? error : new Fault({ status: 0, code: 'page.defect', text: String(error) }))

/** From the JSON of a refusal: `{error, text, path}`. */
export async function faultOf(response: Response): Promise<Fault> {
  const said: unknown = await response.json().catch(() => undefined)
  const text = (name: string): string | undefined => {
    const value: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, name) : undefined
    return typeof value === 'string' ? value : undefined
  }
  return new Fault({ status: response.status, code: text('error') ?? `http.${response.status}`, text: text('text'), path: text('path'), said })
}
