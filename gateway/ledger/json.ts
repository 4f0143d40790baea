/*
  Text and JSON as PostgreSQL can hold them: it knows neither NUL nor half a character, as a cut between the halves of an emoji leaves it. What is large is kept compressed.
*/
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

export const [pack, unpack] = [promisify(gzip), promisify(gunzip)]

export const storableText = (text: string): string => text.replace(/[\0\p{Surrogate}]/gu, '')

export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storableText(part) : part))
}
