/*
  Values of a line that have no neighbour: no line is drawn through them, so each is a point.
*/

/** Out: their places. */
export function aloneIn(values: ArrayLike<number | null | undefined>): number[] {
  const isThere = (place: number): boolean => values[place] !== null && values[place] !== undefined
  return Array.from({ length: values.length }, (_, place) => place).filter(place => isThere(place) && !isThere(place - 1) && !isThere(place + 1))
}
