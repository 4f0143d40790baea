/*
  A quarantine is lifted, or its person is merged into one who is sure: the documents that nobody was told of are told now, decided anew for every recipient.
  Who has had his mail stays as he is: a delivery of the same thing to the same recipient is linked, not doubled.
*/
import { CHANNELS } from '../../fanout/channels.ts'
import { depositOf } from '../../fanout/deposit.ts'
import { writtenOf } from '../../fanout/written.ts'
import type { Keys } from '../../keys.ts'
import type { Tx } from '../../ledger/db.ts'
import { recordEvent } from '../../ledger/deliveries/events.ts'
import { heldDocuments } from '../../ledger/documents/held-documents.ts'

/** Call it in the transaction that settles what was said of these persons, behind it. In: `Patient/<id>`s. */
export async function releaseHeld(tx: Tx, keys: Keys, { patients, at }: { patients: readonly string[]; at: Date }): Promise<void> {
  if (patients.length === 0) return
  for (const { event, tag, n } of await heldDocuments(tx, patients)) {
    const deposit = depositOf(event)
    const detail = deposit === undefined ? writtenOf(event) : { ...deposit, isReleased: true, facts: { ...deposit.facts, identity: tag } }
    if (detail === undefined) continue
    const { cause, patient, resources, traceparent } = event
    // About whom it was written: parted again, it is not the other one's.
    const told = { cause, type: 'document.depose', n, person: keys.pseudonym(patient), patient }
    await recordEvent(tx, { ...told, resources, changes: [detail.change ?? 'create'], detail, channels: [...CHANNELS], traceparent, at })
  }
}
