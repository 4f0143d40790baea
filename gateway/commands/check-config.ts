/*
  `hub check-config`: all faults of the configuration and of the files it names, with their paths; then PostgreSQL, HAPI, Kafka, the partner of every connector and the login of the monitor are asked
  whether they are there and let us in.
*/
import pg from 'pg'
import { connector as directory } from '../../connectors/directory/index.ts'
import { connector as hospital } from '../../connectors/hospital/index.ts'
import { connector as mssante } from '../../connectors/mssante/index.ts'
import { connector as platform } from '../../connectors/platform/index.ts'
import { connector as subscription } from '../../connectors/subscription/index.ts'
import { createKafkaBus } from '../bus/kafka.ts'
import { type HubConfig, readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { createIdentityProvider } from '../monitor/login/provider.ts'
import { createHapiStore } from '../store/hapi.ts'
import { CommandError } from './command-error.ts'
import { configPath } from './configuration.ts'
import { faultsOfFiles } from './files-fit.ts'
import { openSecrets } from './secret-files.ts'

export async function checkConfig(args: string[]): Promise<void> {
  if (args.length > 1) throw new CommandError('usage: hub check-config [CONFIGURATION]')
  const path = configPath(args[0])
  const read = readConfig(path)
  if ('faults' in read) {
    for (const fault of read.faults) process.stdout.write(`fault  ${fault.path || '(file)'}: ${fault.text}\n`)
    throw new CommandError(`${path}: ${read.faults.length} fault(s); CONFIGURATION.md says what each key means`)
  }
  process.stdout.write(`ok     ${path}\n`)
  for (const { path: secret, mode } of openSecrets(read.config))
    process.stdout.write(`warn   ${secret}: others than its owner may read the file (mode ${mode})\n`)
  const files = faultsOfFiles(read.config)
  for (const fault of files) process.stdout.write(`fault  ${fault.path}: ${fault.text}\n`)
  const { connectors, monitor } = read.config
  const asked = connectors.directory
  const login = monitor.login
  const checks: [string, () => Promise<void>][] = [
    ['ledger', () => askLedger(read.config)],
    ['store', () => askStore(read.config)],
    ['kafka', () => askKafka(read.config)],
    ['connectors.hospital', () => hospital.check(connectors.hospital)],
    ['connectors.mssante', () => mssante.check(connectors.mssante)],
    ['connectors.platform', () => platform.check(connectors.platform)],
    ['connectors.subscription', () => subscription.check(connectors.subscription)],
    ...(asked === undefined ? [] : [['connectors.directory', () => directory.check(asked)] as [string, () => Promise<void>]]),
    ...(login === undefined ? [] : [['monitor.login', () => createIdentityProvider(login).check()] as [string, () => Promise<void>]]),
  ]
  let failures = files.length
  for (const [name, check] of checks) {
    const fault = await check().then(
      () => undefined,
      (error: unknown) => error,
    )
    if (fault !== undefined) failures += 1
    process.stdout.write(fault === undefined ? `ok     ${name}\n` : `fault  ${name}: ${reasonOf(fault)}\n`)
  }
  if (failures > 0) throw new CommandError(`${failures} fault(s)`)
}

/** With what lies behind it: an account that is refused and a port that nobody listens on are the same to the hub, and not to whoever sets it up. */
function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return 'unknown'
  return fault.cause instanceof Error ? `${fault.message} (${fault.cause.message})` : fault.message
}

async function askLedger({ ledger }: HubConfig): Promise<void> {
  const client = new pg.Client({ connectionString: ledger.url, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  await client.connect().finally(() => client.end().catch(() => undefined))
}

async function askStore({ store: { url, timeoutMs } }: HubConfig): Promise<void> {
  const store = createHapiStore({ url, timeoutMs })
  await store.health().finally(() => store.close())
}

async function askKafka({ kafka }: HubConfig): Promise<void> {
  const bus = createKafkaBus({ ...kafka, log: createLog({ level: 'silent' }) })
  await bus.health().finally(() => bus.close())
}
