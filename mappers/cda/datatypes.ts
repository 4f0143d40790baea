/*
  CDA datatypes to FHIR R4: II, CE, IVL_TS, TEL, AD, PN. Spec: cda.md 6.1; an OID without a known URI becomes `urn:oid:…`.
*/
import type { Address, CodeableConcept, Coding, ContactPoint, HumanName, Identifier, Period as FhirPeriod } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { isOid, uriOfOid } from '../../profiles/oids.ts'
import type { Code, Ii, Period, PersonName, PostalAddress, Telecom } from './header/header.ts'
import { toDateTime } from './timestamps.ts'

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/

export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/** Root alone: a URN is the value. A root that is neither OID nor UUID cannot be a system: the value stands alone. */
export function toIdentifier(id: Ii): Identifier {
  const urn = urnOf(id.root)
  if (id.extension === undefined) return urn === undefined ? { value: id.root } : { system: SYSTEM.uri, value: urn }
  return urn === undefined ? { value: id.extension } : { system: urn, value: id.extension }
}

export function urnOf(root: string): string | undefined {
  if (isUuid(root)) return `urn:uuid:${root.toLowerCase()}`
  return isOid(root) ? `urn:oid:${root}` : undefined
}

export function toCoding(code: Code | undefined): Coding | undefined {
  if (code?.code === undefined) return undefined
  const system = uriOfOid(code.system)
  return { ...(system === undefined ? {} : { system }), code: code.code.replace(/\s+/g, ' '), ...(code.display === undefined ? {} : { display: code.display }) }
}

/** Undefined when there is neither a code nor words. */
export function toCodeableConcept(code: Code | undefined): CodeableConcept | undefined {
  const coding = toCoding(code)
  const text = code?.originalText ?? (coding === undefined ? code?.display : undefined)
  if (coding === undefined && text === undefined) return undefined
  return { ...(coding === undefined ? {} : { coding: [coding] }), ...(text === undefined ? {} : { text }) }
}

export function toPeriod(period: Period | undefined): FhirPeriod | undefined {
  const start = toDateTime(period?.low ?? period?.value)
  const end = toDateTime(period?.high)
  if (start === undefined && end === undefined) return undefined
  return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) }
}

const TEL_SYSTEMS: Record<string, ContactPoint['system']> = { tel: 'phone', fax: 'fax', mailto: 'email', http: 'url', https: 'url', ftp: 'url', mllp: 'other' }
const TEL_USES: Record<string, ContactPoint['use']> = {
  H: 'home',
  HP: 'home',
  HV: 'temp',
  EC: 'home',
  MC: 'mobile',
  PG: 'mobile',
  WP: 'work',
  DIR: 'work',
  PUB: 'work',
}

export function toContactPoint(telecom: Telecom): ContactPoint {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/i.exec(telecom.value) ?? []
  const system = TEL_SYSTEMS[scheme.toLowerCase()]
  const use = usedAs(telecom.use, TEL_USES)
  const value = system === undefined || system === 'url' || system === 'other' || rest === '' ? telecom.value : rest.replace(/^\/\//, '')
  const guessed = system ?? (value.includes('@') ? 'email' : /^[+\d]/.test(value) ? 'phone' : 'other')
  return { system: guessed, value, ...(use === undefined ? {} : { use }) }
}

/** The first of its uses that FHIR has a word for; one that is bad is kept as no longer in use. */
function usedAs<Use>(written: string | undefined, uses: Readonly<Record<string, Use>>): Use | 'old' | undefined {
  const said = written?.trim().split(/\s+/) ?? []
  return said.includes('BAD') ? 'old' : uses[said.find(one => uses[one] !== undefined) ?? '']
}

const ADDRESS_USES: Record<string, Address['use']> = { H: 'home', HP: 'home', HV: 'temp', WP: 'work', TMP: 'temp' }

export function toAddress(address: PostalAddress): Address {
  const use = usedAs(address.use, ADDRESS_USES)
  return {
    ...(use === undefined ? {} : { use }),
    ...(address.lines.length === 0 ? {} : { line: address.lines }),
    ...stated({ city: address.city, district: address.county, postalCode: address.postalCode, country: address.country }),
  }
}

export function toHumanName(name: PersonName): HumanName {
  return {
    ...(name.family === undefined ? {} : { family: name.family }),
    ...(name.given.length === 0 ? {} : { given: name.given }),
    ...(name.prefix === undefined ? {} : { prefix: [name.prefix] }),
    ...(name.suffix === undefined ? {} : { suffix: [name.suffix] }),
  }
}

/** The key `name` with these items, or nothing for an empty list: FHIR has no empty arrays. */
export function list<K extends string, V>(name: K, items: readonly V[]): { [P in K]?: V[] } {
  return items.length === 0 ? {} : ({ [name]: [...items] } as { [P in K]?: V[] })
}

/** The same of what each item becomes, where it becomes something. */
export const listOf = <K extends string, T, V>(name: K, items: readonly T[], each: (item: T) => V | undefined): { [P in K]?: V[] } =>
  list(
    name,
    items.map(each).filter(one => one !== undefined),
  )

/** The key `name` with this value, or nothing. */
export function only<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V })
}

/** Those members that have a value. */
export function stated<M extends object>(members: M): { [K in keyof M]?: Exclude<M[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof M]?: Exclude<M[K], undefined> }
}
