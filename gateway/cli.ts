/*
  The `hub` command, its part that needs the hub's own code: send, flow, token, check-config, audit, why, report, identity, replay, rebuild-access, demo.
  (start, stop, status, backup and restore are of docker/embedded, which calls this one for everything else.)
*/
import { HubError } from '../profiles/errors.ts'
import { CommandError } from './commands/command-error.ts'

/** Loaded when asked for: together they are most of the hub, and took longer to load than what is asked takes. */
const COMMANDS: Record<string, () => Promise<(args: string[]) => Promise<void>>> = {
  send: async () => (await import('./commands/send.ts')).send,
  flow: async () => (await import('./commands/flow.ts')).flow,
  token: async () => (await import('./commands/token.ts')).token,
  'check-config': async () => (await import('./commands/check-config.ts')).checkConfig,
  audit: async () => (await import('./commands/audit.ts')).audit,
  why: async () => (await import('./commands/why.ts')).why,
  report: async () => (await import('./commands/report.ts')).report,
  identity: async () => (await import('./commands/identity.ts')).identity,
  replay: async () => (await import('./commands/replay.ts')).replay,
  'rebuild-access': async () => (await import('./commands/rebuild-access.ts')).rebuildAccessCommand,
  demo: async () => (await import('./commands/demo.ts')).demo,
}

const OWN = [
  ['send FILE', 'sends the ER7 message in FILE over MLLP and prints the answer'],
  ['flow ID', 'prints the journey of a message (its id or control id) with its lineage'],
  [
    'token CLIENT [--user IDNATPS --role CODE --structure IDNATST | --person INS | --relative SYSTEM|VALUE] [--purpose CODE --reason TEXT]',
    'prints as its last line a bearer token of a client of the sandbox, or of a human who logs in there',
  ],
  ['check-config [FILE]', 'tells every fault of a configuration and of the files it names, and who does not let the hub in: database, store, Kafka, partners'],
  ['audit verify [FILE]', 'proves that no entry of the audit was altered or removed'],
  ['why RECIPIENT DOCUMENT', 'tells whether a recipient has received a document (OID, DocumentReference/…), and if not, why'],
  ['report SENDER', 'tells what a sender (its id, or MSH-3/MSH-4) sends wrong, how often and since when'],
  ['identity list | merge [--dry-run] SURVIVOR LOSER | split [--dry-run] LOSER', 'joins and parts persons, lists who stands apart'],
  [
    'replay [--from TIME] [--to TIME] [--sender ID] … --reason TEXT | show ID | commit ID | stop ID',
    'shows what today’s mappers would make of stored messages, then commits what was shown',
  ],
  ['rebuild-access [FILE]', 'makes the rows by which rights are decided anew from the store'],
  ['demo', 'sends one discharge letter and prints its journey'],
] as const

/** Commands of docker/embedded. */
const STACK = [
  ['start [--foreground]', 'the stack of this machine, the sandbox; --join: one more hub beside it; --config FILE: a hub alone, with its own configuration'],
  ['stop | status', 'ends the stack, or says what of it runs'],
  ['backup DIR', 'ledger, store and keys at one moment, into DIR; restore DIR: back, into an empty HUB_DATA_DIR'],
  ['test [FILE …]', 'runs all tests, or those of these files'],
  ['bench [NAME …]', 'measures, beside baselines of the same run; test/bench/README.md'],
] as const
const ELSEWHERE = `
FILE of check-config, audit and rebuild-access is a configuration (CONFIGURATION.md says what stands in it): if none is given that of HUB_CONFIG, else the sandbox's.
HUB_DATA_DIR is the folder of the sandbox (.hub unless set), HUB_PORT_OFFSET moves its ports.
flow, why, report, identity and replay ask the running sandbox, or the hub at HUB_URL in the name of a client of kind operator:
HUB_CLIENT its clientId (operator unless set), HUB_KEY_FILE its private JWK, HUB_CERT_FILE its certificate and key (PEM) where tokens are bound to one.`
const WIDE = 24

function usage(): string {
  const lines = [...STACK, ...OWN].map(([use, does]) => `  hub ${use.length < WIDE ? use.padEnd(WIDE) : `${use}\n      ${' '.repeat(WIDE)}`}${does}`)
  return ['usage:', ...lines, ELSEWHERE].join('\n')
}

/** One line; of what no command foresaw (a hub that ends meanwhile, another program on its port) also the place in our code. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof CommandError || error instanceof HubError) return error.message
  const place = error.stack?.split('\n').find(line => /(gateway|connectors|profiles)\//.test(line))
  return `${error.name}: ${error.message.split('\n', 1)[0]}${place === undefined ? '' : ` (${place.trim()})`}`
}

// `| head`: whoever reads has had enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const [name, ...args] = process.argv.slice(2)
const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (name === 'help' || process.argv.includes('--help', 2) || process.argv.includes('-h', 2)) process.stdout.write(`${usage()}\n`)
else if (command === undefined) {
  if (name !== undefined) process.stderr.write(`hub: there is no command ${name}\n`)
  process.stderr.write(`${usage()}\n`)
  process.exitCode = 2
} else {
  try {
    await (await command())(args)
  } catch (error) {
    process.stderr.write(`hub ${name}: ${textOf(error)}\n`)
    process.exitCode = 1
  }
}
