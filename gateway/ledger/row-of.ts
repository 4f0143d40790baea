/*
  What PostgreSQL answers, said by what is made of it.
*/

/** `laneKey` → `lane_key` */
type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${Snake<Rest>}`
    : `_${Lowercase<First>}${Snake<Rest>}`
  : Name

/** A row with a column for each field: its name in snake case, null where the field may be absent. */
export type RowOf<Made> = {
  [Field in keyof Made & string as Snake<Field>]-?: undefined extends Made[Field] ? Exclude<Made[Field], undefined> | null : Made[Field]
}

/** In: fields = their names, with blanks between. Out: these fields; one whose column is null is absent. */
export function fromRow<Made>(row: RowOf<Made>, fields: string): Made {
  const columns = row as Record<string, unknown>
  const found = fields.split(' ').map(field => [field, columns[field.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)]] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== null)) as Made
}
