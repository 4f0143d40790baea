/*
  Communes and départements of the official geographic code (COG), as far as a territory is told by them.
*/

/** Overseas and in Corsica a département is not two digits. */
export const departementOf = (commune: string): string => (/^9[78]/.test(commune) ? commune.slice(0, 3) : commune.slice(0, 2))

/** Do two codes of communes or départements share ground? */
export const overlaps = (left: string, right: string): boolean => left === right || departementOf(left) === right || departementOf(right) === left

/** Each code with its département: a territory that names either of them covers the place. */
export const placesOf = (codes: readonly string[]): string[] => [...new Set(codes.flatMap(code => [code, departementOf(code)]))]
