/*
  Cuts a stretch of time into what is known of it: days, hours, quarters and minutes that are rolled up, and rows for the rest, so that the sum is exact; pure.
*/
import { DAY, floor, HOUR, MINUTE, MONTH, QUARTER, type Stretch } from './rollup.ts'

export interface Piece extends Stretch {
  /** The step of its roll-up, or the rows themselves. */
  source: (typeof UNITS)[number] | 'rows'
}

export interface Known {
  /** No piece is coarser than what is asked for. */
  step: number
  /** Rolled up until here. */
  until: Date
  /** Minutes and quarters are kept from here on. */
  kept: Date
}

const UNITS = [MONTH, DAY, HOUR, QUARTER, MINUTE] as const

/** In the order of time, without gap or overlap. */
export function piecesOf({ from, to }: Stretch, { step, until, kept }: Known): Piece[] {
  const rolled = earlier(to, until)
  const units = UNITS.filter(unit => unit <= step)
  return [...cover({ from, to: rolled }, units, kept), ...rows({ from: later(from, rolled), to })]
}

function cover({ from, to }: Stretch, [unit, ...smaller]: readonly (typeof UNITS)[number][], kept: Date): Piece[] {
  if (unit === undefined) return rows({ from, to })
  const begin = ceiling(unit < HOUR ? later(from, kept) : from, unit)
  const end = floor(to, unit)
  if (begin >= end) return cover({ from, to }, smaller, kept)
  return [...cover({ from, to: begin }, smaller, kept), { source: unit, from: begin, to: end }, ...cover({ from: end, to }, smaller, kept)]
}

const rows = ({ from, to }: Stretch): Piece[] => (from < to ? [{ source: 'rows', from, to }] : [])
const ceiling = (at: Date, step: number): Date => floor(new Date(at.getTime() + step * 1000 - 1), step)
const earlier = (one: Date, other: Date): Date => (one < other ? one : other)
const later = (one: Date, other: Date): Date => (one > other ? one : other)
