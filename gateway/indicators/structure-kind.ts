/*
  Which kind of structure somebody is or works in: from its category (TRE_R66) and, where none is known, from the sector of the profession; pure.
*/
import { DAC, type Sector, sectorOfStructure } from '../../profiles/tables/sectors.ts'
import type { StructureKind } from '../../profiles/tables/structure-kinds.ts'

const CPTS = '604'
/** University, general, psychiatric, private and military hospitals, long stay, rehabilitation, dialysis, cancer centres, hospital at home, cooperation groups. */
const HOSPITALS: ReadonlySet<string> = new Set(
  '101 106 109 114 115 119 122 126 127 128 129 131 141 142 146 156 161 292 355 362 365 412 415 422 425 426 430 433 444 690 695 696 697 698 699'.split(' '),
)

/** Who somebody is, as far as the directory of the ledger knows. */
export interface Known {
  /** Type of the resource that is meant: PractitionerRole, Organization, RelatedPerson, Patient. */
  type: string | null
  /** Category of the structure he is or works in. */
  category: string | null
  sector: Sector | null
}

export function structureKindOf({ type, category, sector }: Known): StructureKind {
  if (type === 'Patient') return 'personne'
  if (type === 'RelatedPerson') return 'entourage'
  if (category === DAC) return 'dac'
  if (category === CPTS) return 'cpts'
  if (category !== null && HOSPITALS.has(category)) return 'etablissement-sante'
  if (category !== null) return sectorOfStructure(category) === 'social' ? 'social' : 'ville'
  if (sector !== null) return sector === 'social' ? 'social' : 'ville'
  return type === 'Practitioner' ? 'ville' : 'autre'
}
