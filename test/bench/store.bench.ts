/*
  Message with a 300 kB document → committed in HAPI and its event recorded, beside the same transactions posted to HAPI directly by as many senders.
  Every message is of a person and a document of its own on both sides; what people share (structure, author) is there before.
*/
import { mapDocument } from '../../gateway/workers/map-document.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { measureBesideHapi } from './beside-hapi.ts'
import { SENDERS } from './direct.ts'
import { newMessage, newPerson } from './load.ts'
import type { Report } from './report.ts'

const DOCUMENTS = Number(process.env['HUB_BENCH_DOCUMENTS'] ?? 60)
/** Of PDF: a CDA of 300 kB. */
const PDF_BYTES = 215_000

const newLetter = (): Buffer => newMessage({ pdfBytes: PDF_BYTES, person: newPerson() }).bytes

export const measureStore = (sandbox: SandboxFile): Promise<Report> =>
  measureBesideHapi(sandbox, {
    title: 'message with a 300 kB document',
    count: DOCUMENTS,
    warmUp: SENDERS,
    newMessage: newLetter,
    mapped: () => mapDocument({ bytes: newLetter(), receivedAt: new Date(), environment: 'test', maxDocumentBytes: 25_000_000 }),
    done: "select count(*)::int as count from event where id > $1 and type = 'document.depose'",
    wanted: '≥ 0.65',
    including: 'fan-out',
  })
