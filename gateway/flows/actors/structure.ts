/*
  A structure written through the FHIR door: one DAC answers for a territory (loi 2019-774 art. 23; fhir-fr.md 1.6), two active ones on one commune are a conflict.
*/
import type { Organization } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import type { CareFlow } from '../care-flow.ts'
import { refuseCircle } from '../circular.ts'
import { currentOf } from '../person.ts'
import { refuseForeign } from './own-entry.ts'
import { overlaps } from '../../../profiles/tables/communes.ts'
import { isDac, territoryOf } from '../requests/territory.ts'

export const STRUCTURE: CareFlow = {
  name: 'structure',
  types: ['Organization'],
  async judge(write, draft) {
    const structure = draft.resource as Organization
    await refuseForeign(write, draft, { first: ['type', 'partOf'], own: ['identifier', 'telecom'] })
    await refuseCircle<Organization>(write, draft, { element: 'partOf', rule: 'structure.circular', next: ({ partOf }) => [partOf] })
    const mine = territoryOf(structure)
    if (!isDac(structure) || mine.length === 0) return
    const sharesGround = (other: Organization): boolean => territoryOf(other).some(code => mine.some(one => overlaps(one, code)))
    const others = await currentOf<Organization>(write, 'Organization', {
      parameters: { type: '606' },
      isMeant: one => one.id !== draft.id && isDac(one) && sharesGround(one),
    })
    if (others.length > 0)
      throw new HubError('fhir.conflict', {
        path: draft.place,
        issues: [{ severity: 'error', code: 'conflict', expression: `${draft.place}.extension`, ...TAKEN }],
      })
  },
}

const TAKEN = {
  rule: 'structure.territoire-taken',
  text: {
    en: 'Another active DAC answers for a commune of this territory.',
    fr: 'Un autre DAC actif intervient déjà sur une commune de ce territoire.',
  },
}
