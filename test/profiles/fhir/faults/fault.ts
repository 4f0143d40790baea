/*
  A fault: one rule of a profile, the smallest change of its valid example that breaks this rule and no other, and where the finding stands.
*/
import type { Operation } from 'fast-json-patch'
import type { IssueCode } from '../../../../profiles/issues.ts'

export interface Fault {
  /** Element and aspect as the profile states it, `title min`, `category:plan value`, `hub-cp-1`; a rule of base R4 in words. */
  rule: string
  patch: Operation[]
  /** FHIRPath of the faulty element; of one that lacks, where it should be. */
  at: string
  code: IssueCode
}

/** Rows of a table of faults. */
export type Row = [rule: string, at: string, code: IssueCode, ...patch: Operation[]]

export function faultsOf(type: string, rows: Row[]): Fault[] {
  return rows.map(([rule, at, code, ...patch]) => ({ rule, at: at === '' ? type : `${type}.${at}`, code, patch }))
}

export const without = (path: string): Operation => ({ op: 'remove', path })
/** Sets a member of an object, or puts an item before that place of a list (`/-`: at its end). */
export const add = (path: string, value: unknown): Operation => ({ op: 'add', path, value })
export const swap = (path: string, value: unknown): Operation => ({ op: 'replace', path, value })

export const HUB = 'https://hub.e-parcours.example/fhir/'
const tre = (name: string): string => `https://mos.esante.gouv.fr/NOS/TRE_${name}/FHIR/TRE-${name}`
export const SYSTEM = {
  hub: `${HUB}CodeSystem/hub-cs`,
  status: `${HUB}CodeSystem/hub-cs-statut-metier`,
  reason: `${HUB}CodeSystem/hub-cs-motif-statut`,
  r85: tre('R85-RolePriseCharge'),
  r216: tre('R216-HL7RoleCode'),
  r259: tre('R259-HL7ParticipationFunction'),
  r260: tre('R260-HL7RoleClass'),
  commune: tre('R13-CommuneOM'),
  visibility: tre('A07-StatutVisibiliteDocument'),
}
export const concept = (system: string, code: string) => ({ coding: [{ system, code }] })
export const hub = (code: string) => concept(SYSTEM.hub, code)
export const to = (reference: string) => ({ reference })
export const extension = (id: string, value: Record<string, unknown>) => ({ url: `${HUB}StructureDefinition/${id}`, ...value })

/** What every profile that asks for an identifier says of it (fhir-fr.md 2.0 d). */
export const KEYED: Row[] = [
  ['identifier min', 'identifier', 'required', without('/identifier')],
  ['identifier.system min', 'identifier[0].system', 'required', without('/identifier/0/system')],
  ['identifier.value min', 'identifier[0].value', 'required', without('/identifier/0/value')],
]

/** What is true of any resource of the hub (fhir-fr.md 2.0 b, c). */
export const ANY: Row[] = [
  ['an element R4 does not know', 'inconnu', 'structure', add('/inconnu', 'x')],
  [
    'a modifier extension the hub does not know',
    'modifierExtension',
    'structure',
    add('/modifierExtension', [{ url: 'https://elsewhere.example/negation', valueBoolean: true }]),
  ],
  [
    'a narrative that carries a script',
    'text.div',
    'value',
    add('/text', { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>' }),
  ],
]
