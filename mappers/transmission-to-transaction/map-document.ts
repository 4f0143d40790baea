/*
  From the bytes of an accepted message to its transaction: reads the envelope and the document again, both reporting what is taken to the recorder.
*/
import { readCdaHeader } from '../cda/header/header-reader.ts'
import { CDA_LIMITS, readCda } from '../cda/xml/tree.ts'
import type { OnRead } from '../cda/xml/tracker.ts'
import { readTransmission } from '../hl7v2/reading/read-transmission.ts'
import type { MapContext, Mapped } from '../mapper.ts'
import { mapTransmissionToTransaction } from './map-transmission.ts'
import type { Transaction } from './transaction.ts'

/**
 * Maps one accepted message.
 * Throws: what the readers throw; the judge has refused such bytes before, so this means the rules have changed since.
 */
export function mapDocument(bytes: Uint8Array, ctx: MapContext): Mapped<Transaction> {
  const onRead: OnRead = source => ctx.recorder.read(source)
  const message = readTransmission(bytes, { onRead })
  const cda = readCda(message.transmission.document, CDA_LIMITS, onRead)
  const { header, findings } = readCdaHeader(cda)
  ctx.findings.push(...message.findings, ...findings)
  const mapped = mapTransmissionToTransaction({ transmission: message.transmission, cda, header }, ctx)
  return { ...mapped, lineage: ctx.recorder.lineage(), unread: [...ctx.recorder.unread(message.leafPaths), ...mapped.unread] }
}
