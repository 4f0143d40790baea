/*
  A structure written through the FHIR door: one DAC answers for a territory (loi 2019-774 art. 23; fhir-fr.md 1.6), two active ones on one commune are a conflict.
*/
import type { Organization } from 'fhir/r4.js'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import { HubError } from '../../../profiles/errors.ts'
import { tre } from '../../../profiles/oids.ts'
import type { CareFlow, Write } from '../care-flow.ts'

const CATEGORIES = tre('R66-CategorieEtablissement')
const DAC = '606'

export const STRUCTURE: CareFlow = {
  name: 'structure',
  types: ['Organization'],
  async judge(write, draft) {
    const structure = draft.resource as Organization
    const territoires = territoiresOf(structure)
    if (!isDac(structure)) {
      if (territoires.length > 0) write.refuse(draft, NOT_A_DAC)
      return
    }
    if (structure.active === false || territoires.length === 0) return
    for (const other of await activeDacs(write)) {
      if (other.id !== draft.id && territoiresOf(other).some(one => territoires.some(mine => overlap(one, mine)))) {
        throw new HubError('fhir.conflict', {
          path: draft.place,
          issues: [{ severity: 'error', code: 'conflict', expression: `${draft.place}.extension`, ...TAKEN }],
        })
      }
    }
  },
}

const isDac = (structure: Organization): boolean =>
  structure.type?.some(type => type.coding?.some(coding => coding.system === CATEGORIES && coding.code === DAC) === true) === true

const territoiresOf = (structure: Organization): string[] =>
  (structure.extension ?? []).flatMap(one => (one.url === EXTENSION.territoire && one.valueCoding?.code !== undefined ? [one.valueCoding.code] : []))

/** Those of the store and those of this write, as it leaves them. */
async function activeDacs(write: Write): Promise<Organization[]> {
  const drafted = write.drafts().flatMap(({ id, resource }) => (resource.resourceType === 'Organization' ? [{ ...resource, id }] : []))
  const stored = await write.search<Organization>('Organization', { type: `${CATEGORIES}|${DAC}`, active: 'true' })
  return [...drafted, ...stored.filter(one => !drafted.some(draft => draft.id === one.id))].filter(one => isDac(one) && one.active !== false)
}

/** The same commune, or a commune of that département (`54395` lies in `54`, `97411` in `974`). */
function overlap(left: string, right: string): boolean {
  const [shorter = '', longer = ''] = [left, right].sort((one, other) => one.length - other.length)
  return shorter === longer || (shorter.length <= 3 && longer.startsWith(shorter))
}

const NOT_A_DAC = {
  rule: 'structure.territoire',
  element: 'extension',
  text: {
    en: 'Only a DAC (type 606) answers for a territory.',
    fr: "Seul un DAC (type 606) a un territoire d'intervention.",
  },
}
const TAKEN = {
  rule: 'structure.territoire-taken',
  text: {
    en: 'Another active DAC answers for a commune of this territory.',
    fr: 'Un autre DAC actif intervient déjà sur une commune de ce territoire.',
  },
}
