/*
  Identifiers of professionals and structures, from their national forms; what is not understood is kept as it is.
    idNatPs (1.2.250.1.71.4.2.1) => 8 + RPPS(11) | 0 + ADELI | 3 + FINESS/n | 5 + SIRET/n | 6…
    idNatSt (1.2.250.1.71.4.2.2) => 1 + FINESS(9) | 2 + SIREN(9) | 3 + SIRET(14) | 0… | 4…     (samples also carry a bare FINESS)
*/
import type { Identifier } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { hasLuhnKey, isFiness, isRpps } from '../../profiles/identity.ts'
import { OID } from '../../profiles/oids.ts'
import { toIdentifier, urnOf } from '../cda/datatypes.ts'
import type { Ii } from '../cda/header/header.ts'
import type { SearchKey } from './transaction.ts'

export interface NationalIdentifiers {
  identifiers: Identifier[]
  /** What the ledger may look it up by; empty when nothing is unique enough. */
  keys: SearchKey[]
  /** Paths of ids whose form or key is wrong. */
  doubtful: string[]
}

const typed = (system: string, value: string, type: string): Identifier => ({
  type: { coding: [{ system: SYSTEM.fr0203, code: type }] },
  system,
  value,
})

export function professionalIdentifiers(ids: readonly Ii[]): NationalIdentifiers {
  const found: NationalIdentifiers = { identifiers: [], keys: [], doubtful: [] }
  for (const id of ids) {
    if (id.root !== OID.professional || id.extension === undefined) addOther(found, id)
    else addProfessional(found, id.extension.trim(), id.path)
  }
  return found
}

function addProfessional(found: NationalIdentifiers, value: string, path: string): void {
  const rpps = /^8\d{11}$/.test(value) ? value.slice(1) : /^\d{11}$/.test(value) ? value : undefined
  if (rpps === undefined) {
    found.identifiers.push(typed(SYSTEM.idNatPs, value, 'IDNPS'))
    found.keys.push({ system: SYSTEM.idNatPs, value })
    return
  }
  if (!isRpps(rpps)) found.doubtful.push(path)
  found.identifiers.push(typed(SYSTEM.rpps, rpps, 'RPPS'), typed(SYSTEM.idNatPs, `8${rpps}`, 'IDNPS'))
  found.keys.push({ system: SYSTEM.rpps, value: rpps }, { system: SYSTEM.idNatPs, value: `8${rpps}` })
}

export function structureIdentifiers(ids: readonly Ii[]): NationalIdentifiers {
  const found: NationalIdentifiers = { identifiers: [], keys: [], doubtful: [] }
  for (const id of ids) {
    if (id.root !== OID.structure || id.extension === undefined) addOther(found, id)
    else addStructure(found, id.extension.trim(), id.path)
  }
  return found
}

function addStructure(found: NationalIdentifiers, value: string, path: string): void {
  const national = structureNumber(value)
  const idNat = national === undefined ? value : national.idNat
  if (national === undefined) found.doubtful.push(path)
  else {
    if (national.type !== 'FINEG' && !hasLuhnKey(national.value)) found.doubtful.push(path)
    found.identifiers.push(typed(national.system, national.value, national.type))
    found.keys.push({ system: national.system, value: national.value })
  }
  found.identifiers.push(typed(SYSTEM.idNatSt, idNat, 'IDNST'))
  found.keys.push({ system: SYSTEM.idNatSt, value: idNat })
}

/** The register number inside an idNatSt, or a bare one; undefined for cabinets and unknown forms. */
function structureNumber(value: string): { idNat: string; system: string; value: string; type: 'FINEG' | 'SIREN' | 'SIRET' } | undefined {
  if (value.length === 10 && value.startsWith('1') && isFiness(value.slice(1)))
    return { idNat: value, system: SYSTEM.finess, value: value.slice(1), type: 'FINEG' }
  if (isFiness(value)) return { idNat: `1${value}`, system: SYSTEM.finess, value, type: 'FINEG' }
  if (/^2\d{9}$/.test(value)) return { idNat: value, system: SYSTEM.sirene, value: value.slice(1), type: 'SIREN' }
  if (/^3\d{14}$/.test(value)) return { idNat: value, system: SYSTEM.sirene, value: value.slice(1), type: 'SIRET' }
  return undefined
}

function addOther(found: NationalIdentifiers, id: Ii): void {
  found.identifiers.push(toIdentifier(id))
  const system = urnOf(id.root)
  if (system !== undefined && id.extension !== undefined) found.keys.push({ system, value: id.extension })
}
