/*
  What no profile can say of identifiers: how long one may be, and of French ones keys, forms, and which INS belongs to which environment.
    INS     15 characters and key 97 - (13 first mod 97): a wrong key is a warning, such an INS is never qualified; another environment's is refused
    RPPS    11 digits, key of Luhn     SIREN 9 and SIRET 14 digits, key of Luhn (La Poste: sum of digits)     FINESS 9 characters
    idNatPs 8 + RPPS | 0 + ADELI | 3 + FINESS / n | 5 + SIRET / n | …     idNatSt 1 + FINESS | 2 + SIREN | 3 + SIRET | …
  Spec: fhir-fr.md 1.1, 1.3, 1.5, 1.6, 6.3.
*/
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { type Environment, hasValidInsKey, type InsKind, insKindOf, isFiness, isRpps, isSiren, isSiret } from '../../../profiles/identity.ts'
import type { Issue } from '../../../profiles/issues.ts'
import { IDENTIFIER_RULES } from '../../../profiles/tables/identifier-rules.ts'

/** The store looks no further, and a key of the ledger has its end. */
const LONGEST = 200

type Elements = Record<string, unknown>

interface Identifier {
  system: string
  value: string
  /** Codes of `type`. */
  kinds: string[]
  path: string
  /** Of a Practitioner himself, where an RPPS needs no type to be one. */
  isOwnOfPractitioner: boolean
}

/** In: a resource of sound form; where it stands. */
export function checkFrenchIdentifiers(resource: object, place: string, environment: Environment): Issue[] {
  const issues: Issue[] = []
  const isPractitioner = 'resourceType' in resource && resource.resourceType === 'Practitioner'
  visit(resource, place, (found, path) => {
    const { system = '', value } = found
    if (typeof system !== 'string' || typeof value !== 'string') return
    const isLong = Math.max(system.length, value.length) > LONGEST && /[iI]dentifier(\[\d+\])?$/.test(path)
    if (isLong) issues.push({ ...IDENTIFIER_RULES['identifier.length'], rule: 'identifier.length', expression: path })
    const isOwn = isPractitioner && /^[^.]+\.identifier\[\d+\]$/.test(path.slice(place.lastIndexOf('.') + 1))
    const rule = ruleOf({ system, value, kinds: kindsOf(found['type']), path, isOwnOfPractitioner: isOwn }, environment)
    if (rule !== undefined) issues.push({ ...IDENTIFIER_RULES[rule], rule, expression: `${path}.${rule === 'ins.environment' ? 'system' : 'value'}` })
  })
  return issues
}

function visit(value: unknown, path: string, meet: (object: Elements, path: string) => void): void {
  if (Array.isArray(value)) value.forEach((one, index) => void visit(one, `${path}[${index}]`, meet))
  else if (typeof value === 'object' && value !== null) {
    const object = value as Elements
    if ('value' in object) meet(object, path)
    for (const key in object) if (typeof object[key] === 'object') visit(object[key], `${path}.${key.replace(/^_/, '')}`, meet)
  }
}

function kindsOf(type: unknown): string[] {
  const codings = typeof type === 'object' && type !== null && 'coding' in type && Array.isArray(type.coding) ? (type.coding as Elements[]) : []
  return codings.flatMap(coding => (typeof coding?.['code'] === 'string' ? [coding['code']] : []))
}

function ruleOf(identifier: Identifier, environment: Environment): keyof typeof IDENTIFIER_RULES | undefined {
  const { system, value, kinds, isOwnOfPractitioner } = identifier
  const ins = insKindOf(system.replace('urn:oid:', ''))
  if (ins !== undefined) return insRuleOf(ins, identifier, environment)
  switch (system) {
    case SYSTEM.rpps:
      // The situation d'exercice of a PractitionerRole has the same system, and another form.
      return (kinds.includes('RPPS') || isOwnOfPractitioner) && !isRpps(value) ? 'rpps.key' : undefined
    case SYSTEM.finess:
      return isFiness(value) ? undefined : 'finess.form'
    case SYSTEM.sirene:
      return isSirene(value, kinds) ? undefined : 'sirene.key'
    case SYSTEM.idNatPs:
      return isIdNatPs(value) ? undefined : 'idnatps.form'
    case SYSTEM.idNatSt:
      return isIdNatSt(value) ? undefined : 'idnatst.form'
    default:
      return undefined
  }
}

function insRuleOf(kind: InsKind, { value, kinds }: Identifier, environment: Environment): keyof typeof IDENTIFIER_RULES | undefined {
  // The same number as a social-security number is no INS.
  if (kinds.length > 0 && !kinds.some(one => one.startsWith('INS-'))) return undefined
  if (kind.environment !== environment) return 'ins.environment'
  if (!/^[0-9AB]{15}$/.test(value)) return 'ins.form'
  return hasValidInsKey(value) ? undefined : 'ins.key'
}

function isSirene(value: string, kinds: string[]): boolean {
  if (kinds.includes('SIREN')) return isSiren(value)
  if (kinds.includes('SIRET')) return isSiret(value)
  return isSiren(value) || isSiret(value)
}

function isIdNatPs(value: string): boolean {
  const rest = value.slice(1)
  switch (value[0]) {
    case '8':
      return isRpps(rest)
    case '0':
      return /^[0-9A-Z]{9}$/.test(rest)
    case '3':
      return isFiness(rest.split('/')[0] ?? '') && rest.includes('/')
    case '5':
      return isSiret(rest.split('/')[0] ?? '') && rest.includes('/')
    default:
      return value !== ''
  }
}

function isIdNatSt(value: string): boolean {
  const rest = value.slice(1)
  switch (value[0]) {
    case '1':
      return isFiness(rest)
    case '2':
      return isSiren(rest)
    case '3':
      return isSiret(rest)
    default:
      return value !== ''
  }
}
