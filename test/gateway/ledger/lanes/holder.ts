/*
  A process that claims an inbound lane, renews its lease, says so, and never finishes: made to be killed.
*/
import { openLedger } from '../../../../gateway/ledger/db.ts'
import { runLanes } from '../../../../gateway/ledger/lanes/runner.ts'

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const db = await openLedger({ url: process.argv[2] ?? '', max: 2, log: quiet })
await runLanes({
  db,
  kind: 'inbound',
  holder: 'killed',
  concurrency: 1,
  leaseMs: 1500,
  signal: new AbortController().signal,
  log: quiet,
  execute: claim => {
    process.stdout.write(`${claim.entryId}\n`)
    return new Promise<void>(() => undefined)
  },
})
