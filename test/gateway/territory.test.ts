import { describe, expect, it } from 'vitest'
import type { HubConfig } from '../../gateway/config.ts'
import { territoryOfStructure } from '../../gateway/territory.ts'

const organization = (finess: string, more: object = {}) => ({ finess, name: finess, type: '606', territoire: [] as string[], ...more })
const config = {
  organizations: [
    organization('100000001', { territory: 'A', territoire: ['54395'] }),
    organization('100000002', { territoire: ['35238', '35239'] }),
    organization('100000003', { territoire: ['54395'] }),
    organization('100000004'),
  ],
  partners: [{ id: 'p', finess: '100000003', territory: 'B' }],
} as unknown as HubConfig

describe('the territory in which a structure is counted', () => {
  it.each([
    ['its own, where the configuration says one', '100000001', 'A'],
    ['else that of its partner', '100000003', 'B'],
    ['else the first commune it answers for', '100000002', '35238'],
    ['none of a structure that has neither', '100000004', undefined],
    ['none of a structure nobody knows', '100000009', undefined],
    ['none of nobody', undefined, undefined],
  ])('%s', (_case, finess, territory) => expect(territoryOfStructure(config, finess)).toBe(territory))
})
