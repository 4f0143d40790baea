/*
  Remembers which shapes of Provenance the store has found sound: one comes with every write and says the same but for when, what and who.
    shape => the resource without its id and time, each reference as the type it leads to
*/
import type { FhirResource } from 'fhir/r4.js'

const REMEMBERED = 500
const LONGEST = 4000

export interface KnownShapes {
  /** The shape of what may be remembered; undefined for everything else. */
  of(resource: FhirResource, profiles: readonly string[]): string | undefined
  isSound(shape: string): boolean
  remember(shape: string): void
}

/** What the first tier has checked by itself (an instant, a reference) changes nothing in the verdict of the store, which follows no reference. */
export function createKnownShapes(): KnownShapes {
  const sound = new Set<string>()
  return {
    of(resource, profiles) {
      if (resource.resourceType !== 'Provenance') return undefined
      const { id: _id, recorded: _recorded, ...rest } = resource
      const shape = JSON.stringify([profiles, rest], (key, value: unknown) => (key === 'reference' && typeof value === 'string' ? typeBehind(value) : value))
      return shape.length > LONGEST ? undefined : shape
    },
    isSound: shape => sound.has(shape),
    remember(shape) {
      const [oldest] = sound
      if (sound.size >= REMEMBERED && oldest !== undefined) sound.delete(oldest)
      sound.add(shape)
    },
  }
}

/** A reference of another form stands for itself. */
const typeBehind = (reference: string): string => /^([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(\/_history\/\d+)?$/.exec(reference)?.[1] ?? reference
