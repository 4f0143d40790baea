/*
  Whose territory a person lives in: the commune of the home address, and the one DAC or CPTS that answers for it.
    territory of a structure = COG codes of communes or of whole départements
  Spec: fhir-fr.md 1.6, 2.3; loi 2019-774 art. 23 (one DAC per territory).
*/
import type { Extension, Organization, Patient } from 'fhir/r4.js'
import { EXTENSION, SYSTEM } from '../../../profiles/canonicals.ts'
import type { Write } from '../care-flow.ts'
import { currentOf, hasCode, isOver } from '../person.ts'
import { departementOf, overlaps } from '../../../profiles/tables/communes.ts'
import { DAC } from '../../../profiles/tables/sectors.ts'

const CPTS = '604'

const codesAt = (extensions: readonly Extension[] | undefined, url: string): string[] =>
  (extensions ?? []).flatMap(one => (one.url === url && one.valueCoding?.code !== undefined ? [one.valueCoding.code] : []))

/** COG code of the home address. */
export function communeOf(patient: Patient | undefined, now: Date): string | undefined {
  const homes = (patient?.address ?? []).filter(({ use, period }) => (use === undefined || use === 'home') && !isOver(period, now))
  return homes.flatMap(({ extension }) => codesAt(extension, EXTENSION.addressInseeCode))[0]
}

/** COG codes a structure answers for, or those written on a Task. */
export const territoryOf = ({ extension }: Pick<Organization, 'extension'>): string[] => codesAt(extension, EXTENSION.territoire)

export const isDac = (organization: Organization | undefined): boolean =>
  organization !== undefined && organization.active !== false && hasCode(organization.type, SYSTEM.establishmentCategory, DAC)

/** Is it a structure, and no CPTS? */
export const isOtherThanCpts = (owner: Pick<Organization, 'type'> | undefined): boolean =>
  owner?.type !== undefined && !hasCode(owner.type, SYSTEM.establishmentCategory, CPTS)

/** Every active DAC that covers the commune. */
export const dacsOf = (write: Write, commune: string): Promise<Organization[]> => covering(write, DAC, commune)

/** The CPTS of the commune; where it has none of its own, the only one known without a territory. */
export async function cptsOf(write: Write, commune: string | undefined): Promise<Organization | undefined> {
  const [own] = commune === undefined ? [] : await covering(write, CPTS, commune)
  if (own !== undefined) return own
  const anywhere = await currentOf<Organization>(write, 'Organization', {
    parameters: { type: CPTS },
    isMeant: one => isActive(one, CPTS) && territoryOf(one).length === 0,
  })
  return anywhere.length === 1 ? anywhere[0] : undefined
}

function covering(write: Write, category: string, commune: string): Promise<Organization[]> {
  return currentOf<Organization>(write, 'Organization', {
    parameters: { type: category, territoire: `${commune},${departementOf(commune)}` },
    isMeant: one => isActive(one, category) && territoryOf(one).some(code => overlaps(code, commune)),
  })
}

const isActive = (organization: Organization, category: string): boolean =>
  organization.active !== false && hasCode(organization.type, SYSTEM.establishmentCategory, category)
