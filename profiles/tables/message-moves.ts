/*
  Where a message of the circle may go, and who says so. Source: fhir-fr.md 2.6; event-status of R4.
*/

export interface MessageMove {
  from: readonly string[]
  to: readonly string[]
  who: 'sender' | 'recipient'
}

export const SENT: readonly string[] = ['in-progress', 'completed']
const STATUSES = ['preparation', 'in-progress', 'on-hold', 'stopped', 'not-done', 'completed', 'unknown']

const MESSAGE_MOVES: readonly MessageMove[] = [
  { from: ['preparation'], to: ['in-progress', 'completed', 'not-done'], who: 'sender' },
  { from: ['in-progress'], to: ['completed', 'on-hold', 'stopped', 'not-done'], who: 'sender' },
  { from: ['on-hold'], to: ['in-progress', 'stopped'], who: 'sender' },
  { from: ['in-progress'], to: ['completed'], who: 'recipient' },
  { from: STATUSES, to: ['entered-in-error'], who: 'sender' },
]

/** Who may move a message so; empty: nobody. */
export const messageMovers = (from: string, to: string): string[] => MESSAGE_MOVES.filter(move => move.from.includes(from) && move.to.includes(to)).map(({ who }) => who)
