/*
  Names the lane in which a person's messages from one sender follow each other.
*/
import type { Keys } from './keys.ts'

export const laneOf = (keys: Keys, senderId: string, laneKey: string): string => `in:${keys.pseudonym(`${senderId}|${laneKey}`)}`
