import type { Provenance } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { createKnownShapes } from '../../../../gateway/fhir/validate/known-shapes.ts'

const provenance = (changes: Partial<Provenance> = {}): Provenance => ({
  resourceType: 'Provenance',
  id: 'one',
  recorded: '2026-06-05T08:00:00+02:00',
  target: [{ reference: 'CarePlan/ppcs-1/_history/3' }],
  agent: [{ who: { reference: 'PractitionerRole/coord-1' }, onBehalfOf: { reference: 'Organization/dac-54' } }],
  ...changes,
})

describe('which Provenance the store need not judge again', () => {
  const shapes = createKnownShapes()
  const shapeOf = (resource: Provenance, profiles = ['hub']) => shapes.of(resource, profiles)

  it('another time, another id, others of the same types: the same shape', () => {
    const other = provenance({ id: 'two', recorded: '2026-07-01T00:00:00Z', target: [{ reference: 'CarePlan/other/_history/12' }] })
    expect(shapeOf(other)).toBe(shapeOf(provenance()))
  })

  it.each<[string, Provenance]>([
    ['a target of another type', provenance({ target: [{ reference: 'Goal/g1' }] })],
    ['a reference that is no relative one', provenance({ target: [{ reference: 'urn:uuid:0' }] })],
    ['one target more', provenance({ target: [{ reference: 'CarePlan/a' }, { reference: 'CarePlan/b' }] })],
    ['an activity', provenance({ activity: { text: 'update' } })],
    ['no structure behind the agent', provenance({ agent: [{ who: { reference: 'PractitionerRole/coord-1' } }] })],
  ])('%s: another shape', (_what, other) => {
    expect(shapeOf(other)).not.toBe(shapeOf(provenance()))
  })

  it('judged by other profiles: another shape', () => {
    expect(shapeOf(provenance(), ['another'])).not.toBe(shapeOf(provenance()))
  })

  it('nothing but a Provenance of common length is remembered', () => {
    expect(shapes.of({ resourceType: 'Patient' }, [])).toBeUndefined()
    expect(shapeOf(provenance({ activity: { text: 'x'.repeat(5000) } }))).toBeUndefined()
  })

  it('only what was found sound is known', () => {
    const shape = shapeOf(provenance()) ?? ''
    expect(shapes.isSound(shape)).toBe(false)
    shapes.remember(shape)
    expect(shapes.isSound(shape)).toBe(true)
  })
})
