/*
  A number that keeps the text it was written with: a measure of 1.00 says more than 1.
  No number of JavaScript can; it travels as an object in the place of one, and is a plain number again in the JSON that `writeJson` makes.
    "value":"\u00011.00" => "value":1.00      no XML document can hold the mark, so no text of a sender is taken for it
*/

const MARK = '\u0001'
const MARKED = /"\\u0001(-?\d+(?:\.\d+)?)"/g
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

class WrittenNumber extends Number {
  readonly #text: string

  constructor(text: string) {
    super(text)
    this.#text = text
  }

  toJSON(): string {
    return `${MARK}${this.#text}`
  }

  override toString(): string {
    return this.#text
  }
}

/** A plain number wherever it is written the same way; NaN for what is none. Compare by `<` and `Number()`, never by `===`. */
export function decimalOf(text: string): number {
  const value = Number(text)
  // The types of FHIR know numbers alone.
  return String(value) === text || !DECIMAL.test(text) ? value : (new WrittenNumber(text) as unknown as number)
}

/** The JSON of what a mapper made, with each decimal as it was written. */
export function writeJson(resource: unknown): string {
  const json = JSON.stringify(resource)
  return json.includes('\\u0001') ? json.replace(MARKED, '$1') : json
}
