/*
  A process that begins a write, says so, and never finishes it: made to be killed.
*/
import { randomUUID } from 'node:crypto'
import { openLedger } from '../../../gateway/ledger/db.ts'
import { INTENT_CHANNEL, openIntent } from '../../../gateway/ledger/intents.ts'
import { quiet, until } from './support.ts'

const db = await openLedger({ url: process.argv[2] ?? '', max: 2, log: quiet })
db.listen(INTENT_CHANNEL, () => undefined)
await until(async () => db.presence() !== undefined, 'presence')
const id = randomUUID()
await openIntent(db, { id, client: 'c', sha256: Buffer.from('x'), locks: [], identifiers: [], traceparent: 't', process: db.presence() })
process.stdout.write(`${id}\n`)
