/*
  The territory in which what a structure does is counted, and to whose observers it is shown.
*/
import type { HubConfig } from './config.ts'

/** In: a FINESS number. Out: undefined for one of no territory, and for nobody. */
export function territoryOfStructure(
  { organizations, partners }: Pick<HubConfig, 'organizations' | 'partners'>,
  finess: string | undefined,
): string | undefined {
  if (finess === undefined) return undefined
  const structure = organizations.find(one => one.finess === finess)
  return structure?.territory ?? partners.find(one => one.finess === finess)?.territory ?? structure?.territoire[0]
}
