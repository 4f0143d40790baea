/*
  Reads the CDA datatypes of the header as they are written: II, CE, TEL, AD, PN, TS and IVL_TS. Nothing is converted here.
    AD => { houseNumber | streetNameType | streetName | unitID | additionalLocator | postBox | postalCode | city | county | country } | { streetAddressLine }
*/
import type { CdaElement } from './xml/element.ts'
import type { Code, Ii, Period, PersonName, PostalAddress, Telecom } from './header/header.ts'

export function readIi(element: CdaElement | undefined): Ii | undefined {
  const root = element?.attr('root')
  if (element === undefined || root === undefined) return undefined
  return { root, ...present({ extension: element.attr('extension') }), path: element.path }
}

export function readIis(parent: CdaElement | undefined): Ii[] {
  return (parent?.all('id') ?? []).map(readIi).filter(id => id !== undefined)
}

/** Undefined when the element says nothing: no code, no text, no reason for their absence. */
export function readCode(element: CdaElement | undefined): Code | undefined {
  if (element === undefined) return undefined
  const code: Code = present({
    code: element.attr('code'),
    system: element.attr('codeSystem'),
    systemName: element.attr('codeSystemName'),
    display: element.attr('displayName'),
    originalText: element.child('originalText')?.line(),
    nullFlavor: element.attr('nullFlavor'),
  })
  return Object.keys(code).length === 0 ? undefined : code
}

export function readTelecoms(parent: CdaElement | undefined): Telecom[] {
  const telecoms: Telecom[] = []
  for (const element of parent?.all('telecom') ?? []) {
    const value = element.attr('value')?.replace(/\s+/g, '')
    if (value !== undefined) telecoms.push({ value, ...present({ use: element.attr('use') }) })
  }
  return telecoms
}

export function readAddresses(parent: CdaElement | undefined): PostalAddress[] {
  return (parent?.all('addr') ?? []).map(readAddress).filter(address => address !== undefined)
}

function readAddress(element: CdaElement): PostalAddress | undefined {
  const part = (local: string) => element.child(local)?.line()
  const parts = (...locals: string[]) => locals.flatMap(local => element.all(local).map(child => child.line())).filter(text => text !== undefined)
  const street = parts('houseNumber', 'houseNumberNumeric', 'streetNameType', 'streetName', 'streetNameBase').join(' ')
  const lines = [street, ...parts('unitID', 'unitType', 'additionalLocator', 'postBox', 'streetAddressLine')].filter(line => line !== '')
  const address: PostalAddress = {
    lines,
    ...present({ use: element.attr('use'), city: part('city'), postalCode: part('postalCode'), country: part('country'), county: part('county') }),
  }
  const { use: _, ...said } = address
  return lines.length === 0 && Object.keys(said).length === 1 ? undefined : address
}

/** The name a person goes by: the used one, else the unqualified, else the birth name. */
export function readName(parent: CdaElement | undefined): PersonName | undefined {
  const element = parent?.child('name')
  if (element === undefined) return undefined
  const family = chosen(element.all('family'))[0]?.line()
  const given = chosen(element.all('given')).map(part => part.line())
  const name: PersonName = {
    given: given.filter(text => text !== undefined),
    ...present({ family, prefix: element.child('prefix')?.line(), suffix: element.child('suffix')?.line() }),
  }
  if (family === undefined && name.given.length === 0) {
    const plain = element.elements().length === 0 ? element.line() : undefined
    return plain === undefined ? undefined : { family: plain, given: [] }
  }
  return name
}

const QUALIFIERS = ['CL', 'SP', undefined, 'BR']

function chosen(parts: CdaElement[]): CdaElement[] {
  for (const qualifier of QUALIFIERS) {
    const found = parts.filter(part => part.attributes.get('qualifier') === qualifier && part.children.length > 0)
    if (found.length > 0) return found
  }
  return []
}

export function readPeriod(element: CdaElement | undefined): Period | undefined {
  if (element === undefined) return undefined
  const period: Period = present({
    low: element.child('low')?.attr('value'),
    high: element.child('high')?.attr('value'),
    value: element.attr('value') ?? element.child('center')?.attr('value'),
  })
  return Object.keys(period).length === 0 ? undefined : period
}

/** The same object without the keys that are undefined. */
export function present<T extends Record<string, unknown>>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  for (const key in parts) if (parts[key] !== undefined) kept[key] = parts[key] as Exclude<T[typeof key], undefined>
  return kept
}
