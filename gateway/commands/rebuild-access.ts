/*
  `hub rebuild-access`: makes the rows by which rights are decided anew from the store. The hub may run meanwhile.
*/
import { rebuildAccess } from '../access/rights/rebuild.ts'
import { openLedger } from '../ledger/db.ts'
import { createLog } from '../log.ts'
import { createHapiStore } from '../store/hapi.ts'
import { CommandError } from './command-error.ts'
import { requireConfig } from './configuration.ts'

export async function rebuildAccessCommand(args: string[]): Promise<void> {
  if (args.length > 1) throw new CommandError('usage: hub rebuild-access [CONFIGURATION]')
  const { ledger, store: at } = requireConfig(args[0])
  const db = await openLedger({ url: ledger.url, max: 4, startTimeoutMs: 5000, log: createLog({ level: 'error' }) })
  const store = createHapiStore({ url: at.url, timeoutMs: at.timeoutMs })
  try {
    await rebuildAccess({ db, store }, ({ type, resources }) => process.stdout.write(`${type.padEnd(20)} ${resources}\n`))
    process.stdout.write('rebuilt\n')
  } finally {
    await store.close()
    await db.close()
  }
}
