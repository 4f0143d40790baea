/*
  JSON as PostgreSQL can hold it: jsonb knows neither NUL nor half a character, as a cut between the halves of an emoji leaves it.
*/

export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? part.replace(/[\0\p{Surrogate}]/gu, '') : part))
}
