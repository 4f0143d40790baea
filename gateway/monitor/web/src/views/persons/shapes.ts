/*
  What the hub answers about one person's journey.
*/
import type { Gap } from '../../../../person/gaps.ts'
import type { JourneyItem as Item } from '../../../../person/journey.ts'

export type { Gap, Item }

export interface PersonJourney {
  items?: Item[]
  gaps?: Gap[]
  isTruncated?: boolean
  /** Of a number that several authorities gave. */
  systems?: string[]
}
