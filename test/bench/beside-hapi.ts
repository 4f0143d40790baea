/*
  Messages through the hub until the store holds what was made of them, in turns with the same transactions posted to HAPI directly by as many senders.
*/
import pg from 'pg'
import { lowestIdAt } from '../../gateway/ledger/ids.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { createDirect, pidOf, SENDERS, type Side, type Transaction, until, untilQuiet } from './direct.ts'
import { cpuSeconds } from './hub-process.ts'
import { median, openLine, requireAck } from './load.ts'
import type { Report } from './report.ts'

const ROUNDS = 3
const LOOK_MS = 100

export interface BesideHapi {
  title: string
  /** Messages of one round. */
  count: number
  /** As many of either are sent first, unmeasured. */
  warmUp: number
  newMessage(): Buffer
  /** What the hub makes of such a message. */
  mapped(): Transaction
  /** SQL: how many are done of those with an id above `$1`, as `count`. Asked ten times a second on the same PostgreSQL: it must cost nothing. */
  done: string
  wanted: string
  /** What the hub's CPU counts beside the storing. */
  including: string
}

export async function measureBesideHapi(sandbox: SandboxFile, asked: BesideHapi): Promise<Report> {
  const ledger = new pg.Client({ connectionString: sandbox.postgres })
  await ledger.connect()
  try {
    await throughHub(sandbox, ledger, { ...asked, count: asked.warmUp })
    const direct = createDirect(sandbox, asked.mapped)
    await direct(asked.warmUp)
    const pairs: { ours: Side; baseline: Side }[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      await untilQuiet(ledger)
      const baseline = await direct(asked.count)
      pairs.push({ baseline, ours: await throughHub(sandbox, ledger, asked) })
    }
    return reportOf(asked, pairs)
  } finally {
    await ledger.end()
  }
}

function reportOf({ title, wanted, including }: BesideHapi, pairs: { ours: Side; baseline: Side }[]): Report {
  const of = (side: 'ours' | 'baseline', figure: keyof Side): number => median(pairs.map(pair => pair[side][figure]))
  const milliseconds = (side: 'ours' | 'baseline'): number => of(side, 'cpuSecondsEach') * 1000
  return {
    title: `${title} → committed in HAPI, ${SENDERS} at once`,
    figures: [
      { name: 'rate', ours: of('ours', 'perSecond'), baseline: of('baseline', 'perSecond'), unit: '/s, the same transactions posted to HAPI', wanted },
      {
        name: `CPU the hub adds, with its ${including}`,
        ours: milliseconds('ours'),
        baseline: milliseconds('baseline'),
        unit: "ms each, HAPI's own for such a transaction",
        wanted: '',
      },
    ],
  }
}

/** From the first byte sent to the last one done; the CPU counts until nothing that follows is left to do. */
async function throughHub(sandbox: SandboxFile, ledger: pg.Client, { count, newMessage, done }: BesideHapi): Promise<Side> {
  const messages = Array.from({ length: count }, newMessage)
  const lines = await Promise.all(Array.from({ length: SENDERS }, () => openLine(sandbox.mllp)))
  const since = lowestIdAt(new Date())
  const doneSince = async (): Promise<number> => (await ledger.query<{ count: number }>(done, [since])).rows[0]?.count ?? 0
  const hub = pidOf(sandbox, 'hub')
  const cpu = cpuSeconds(hub)
  const start = performance.now()
  await Promise.all(
    lines.map(async line => {
      for (let message = messages.pop(); message !== undefined; message = messages.pop()) requireAck(await line.send(message))
      line.close()
    }),
  )
  await until('every message', async () => (await doneSince()) >= count, LOOK_MS)
  const perSecond = (count * 1000) / (performance.now() - start)
  await untilQuiet(ledger)
  return { perSecond, cpuSecondsEach: (cpuSeconds(hub) - cpu) / count }
}
