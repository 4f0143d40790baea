/*
  Reads the configuration once: one JSON file, checked as a whole, frozen. An unknown key or a wrong value stops the start, every fault with its path.
*/
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { config as directoryConfig } from '../connectors/directory/config.ts'
import { config as hospitalConfig } from '../connectors/hospital/config.ts'
import { config as mssanteConfig } from '../connectors/mssante/config.ts'
import { config as platformConfig } from '../connectors/platform/config.ts'
import { config as subscriptionConfig } from '../connectors/subscription/config.ts'
import { client, issuer } from './access/callers/config.ts'
import { isLoopback } from './loopback.ts'
import { alerts } from './monitor/incidents/config.ts'
import { login } from './monitor/login/config.ts'
import { address, finess, partner } from './partner-config.ts'

const file = z.string().min(1)

const organization = z.strictObject({
  finess: finess.describe('FINESS number (geographic).'),
  name: z.string().min(1).describe('Name of the structure.'),
  type: z.string().min(1).describe('Code of TRE_R66: 606 DAC, 604 CPTS, …'),
  territoire: z.array(z.string()).default([]).describe('Communes (COG codes) a DAC answers for.'),
  territory: z.string().optional().describe('Territory in which what it writes is counted; that of its partner, else the first of `territoire` when absent.'),
})

const schema = z.strictObject({
  environment: z.enum(['test', 'production']).describe('Which INS OIDs are allowed.'),
  dataDir: file.describe('Folder of keys, spool and logs.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged.'),
  http: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.int().min(1).max(65535).default(8080),
      certFile: file.optional(),
      keyFile: file.optional(),
      clientCaFile: file.optional().describe('Authority of client certificates: then tokens are given to clients that show one, and bound to it.'),
      clientCrlFile: file
        .optional()
        .describe('Lists of revoked client certificates, PEM: one of each authority of a chain, none past its end; beside clientCaFile.'),
      publicUrl: z.url().optional(),
    })
    .describe('Door for FHIR, the monitor, health and tokens.'),
  ledger: z
    .strictObject({ url: z.string().regex(/^postgres(ql)?:\/\//), maxConnections: z.int().min(4).max(200).default(16) })
    .describe('PostgreSQL of the ledger.'),
  store: z.strictObject({ url: z.url(), timeoutMs: z.int().min(1000).max(120_000).default(15_000) }).describe('Base URL of the HAPI FHIR store.'),
  kafka: z.strictObject({ brokers: z.array(z.string().regex(/^[^:]+:\d+$/)).min(1) }).describe('Kafka bootstrap servers, host:port.'),
  connectors: z.strictObject({
    hospital: hospitalConfig,
    mssante: mssanteConfig,
    platform: platformConfig,
    subscription: subscriptionConfig.prefault({}),
    directory: directoryConfig.optional().describe('The national directory of mailboxes; without it only those of the stored resources are known.'),
  }),
  partners: z.array(partner).default([]),
  sandbox: z
    .strictObject({ acceptUnknownSenders: z.boolean().default(false), territory: z.string(), acks: address })
    .optional()
    .describe('Unknown senders are taken under this territory; sandbox only.'),
  clients: z.array(client).default([]),
  issuers: z.array(issuer).default([]).describe('Identity providers whose tokens are exchanged for ours.'),
  organizations: z.array(organization).default([]),
  emergency: z
    .strictObject({
      overOpposition: z.boolean().default(false).describe('A health professional who breaks the glass reads also where the person opposes.'),
      privacyOfficer: finess.optional().describe('FINESS number of the structure whose privacy officer is told of each emergency access.'),
    })
    .prefault({}),
  keys: z
    .strictObject({ pseudonymFile: file, referenceFile: file, signingFile: file })
    .describe('Files: HMAC key of pseudonyms, HMAC key of mail references, JWK or JWKS (oldest first) that signs access tokens.'),
  limits: z
    .strictObject({
      maxDocumentBytes: z.int().min(1024).default(25_000_000).describe('Largest CDA, bytes.'),
      freeDiskBytes: z
        .int()
        .min(0)
        .default(512 << 20)
        .describe('Doors answer AR / 503 below this free space of dataDir, bytes.'),
      laneLeaseMs: z.int().min(5000).max(60_000).default(20_000).describe('Lease of a lane, ms.'),
      laneConcurrency: z.int().min(1).max(64).default(6).describe('Lanes of one kind worked on at once by this process.'),
      maxAttempts: z.int().min(1).default(30).describe('Attempts before a lane is parked.'),
      fanoutFallbackMs: z.int().min(1000).default(60_000).describe('An event not planned by its consumers is planned from the ledger after this time, ms.'),
      receiptTimeoutHours: z.int().min(1).default(48).describe('A mail without DSN is shown unconfirmed after this time, hours.'),
      subscriptionRetrySeconds: z
        .int()
        .min(1)
        .default(3 * 86_400)
        .describe('A subscriber that takes nothing for so long is in error, and what waits for it is stopped, seconds.'),
      subscriptionRetryMaxMs: z.int().min(1000).default(3_600_000).describe('Longest pause between two attempts to notify a subscriber, ms; the first: 1000.'),
      subscriptionsPerClient: z.int().min(1).default(1000).describe('How many subscriptions one client may have.'),
      mtAnswerWorkingDays: z
        .int()
        .min(0)
        .max(60)
        .default(3)
        .describe('A DAC may go on without the answer of the médecin traitant after this time, working days from the authoredOn of the Task.'),
      alertGraceSeconds: z.int().min(0).max(86_400).default(60).describe('How long a cancelled admission or discharge waits before it is told, seconds.'),
      digestAt: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day (HH:MM)')
        .default('18:00')
        .describe('When members who want to be told once a day are told, in Paris.'),
      requestsPerSecond: z.int().min(1).default(1000).describe('How fast one client may ask at the FHIR door of one process.'),
      workers: z.int().min(1).max(32).default(2).describe('Worker threads for parsing and mapping.'),
    })
    .prefault({}),
  retention: z
    .strictObject({
      bodiesDays: z.int().min(1).default(90).describe('Bytes of messages are kept so long, days.'),
      traceMonths: z.int().min(1).default(13).describe('Messages, events, decisions and deliveries, months.'),
      auditYears: z.int().min(1).default(3).describe('Audit, years.'),
      seenDays: z.int().min(1).default(400).describe('A repeat of a message is known so long, days.'),
    })
    .prefault({})
    .describe('How long the ledger keeps what it holds.'),
  monitor: z.strictObject({ login: login.optional() }).prefault({}).describe('The page and API of the monitor.'),
  alerts: alerts.prefault({}).describe('Who is told of incidents, and when one begins and ends.'),
  product: z
    .strictObject({
      name: z.string().default('e-parcours-hub').describe('Name of this product, in every archive.'),
      version: z.string().default('0.1.0').describe('Version of this product.'),
      contact: z.string().optional().describe('Who answers for this hub: an address or a site; the mailbox of the hub when absent.'),
      nil: z.string().default('EPARCOURSHUB-0.1').describe('X-MSS-NIL: reference of this product.'),
      oid: z
        .string()
        .regex(/^[0-2](\.\d+)+$/)
        .default('1.2.250.1.999.1.1')
        .describe('OID of this hub as a source of documents.'),
    })
    .prefault({})
    .describe('What the hub says of itself in mails.'),
})

export type HubConfig = Readonly<z.infer<typeof schema>>
export type Partner = z.infer<typeof partner>
export type { ClientConfig } from './access/callers/config.ts'
export type OrganizationConfig = z.infer<typeof organization>
export const configSchema = schema

export interface ConfigFault {
  path: string
  text: string
}

/** Reads and checks the file. Out: the frozen configuration, or every fault with its path. */
export function readConfig(path: string): { config: HubConfig } | { faults: ConfigFault[] } {
  let json: unknown
  try {
    // A mark at the beginning is what an editor of Windows leaves there.
    json = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    return {
      faults: [{ path: '', text: error instanceof SyntaxError ? `${path} is no JSON` : `${path} cannot be read (${(error as NodeJS.ErrnoException).code})` }],
    }
  }
  const parsed = schema.safeParse(json)
  const faults = [...(parsed.success ? unsafe(parsed.data) : parsed.error.issues.flatMap(faultsOf)), ...twice(json)]
  return parsed.success && faults.length === 0 ? { config: deepFreeze(parsed.data) } : { faults }
}

/** A key nobody knows is named by its own path, not by that of the object it stands in. */
function faultsOf(issue: z.core.$ZodIssue): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => ({ path: [...issue.path, key].join('.'), text: 'there is no such key' }))
  return [{ path: issue.path.join('.'), text: issue.message }]
}

/** Safe by default: elsewhere than on loopback only with TLS; the sandbox never in production. */
function unsafe(config: z.infer<typeof schema>): ConfigFault[] {
  const faults: ConfigFault[] = []
  const { hospital } = config.connectors
  if (!isLoopback(config.http.host) && (config.http.certFile === undefined || config.http.keyFile === undefined)) {
    faults.push({ path: 'http.host', text: 'listening elsewhere than on loopback needs certFile and keyFile' })
  }
  if (config.http.clientCaFile !== undefined && config.http.certFile === undefined)
    faults.push({ path: 'http.clientCaFile', text: 'needs certFile and keyFile' })
  if (config.http.clientCrlFile !== undefined && config.http.clientCaFile === undefined) faults.push({ path: 'http.clientCrlFile', text: 'needs clientCaFile' })
  if (!isLoopback(hospital.host) && hospital.tls === undefined)
    faults.push({ path: 'connectors.hospital.host', text: 'listening elsewhere than on loopback needs tls' })
  if (config.environment === 'production' && config.sandbox !== undefined) faults.push({ path: 'sandbox', text: 'the sandbox is not for production' })
  if (config.store.timeoutMs >= config.limits.laneLeaseMs)
    faults.push({ path: 'store.timeoutMs', text: 'must be below limits.laneLeaseMs: a lane is not to be lost while the store is asked' })
  for (const [index, { topic, documents, finess }] of config.partners.entries()) {
    if (topic !== undefined && finess === undefined)
      faults.push({ path: `partners.${index}.finess`, text: 'is needed beside topic: what goes there is decided for the structure' })
    if (documents !== undefined && finess === undefined)
      faults.push({ path: `partners.${index}.finess`, text: 'is needed beside documents: what goes there is decided for the structure' })
    if (topic === config.connectors.platform.topic) faults.push({ path: `partners.${index}.topic`, text: 'is that of the regional platform' })
  }
  return faults
}

const NAMES = { partners: 'id', clients: 'clientId', issuers: 'issuer' }

/** Of what is written, whatever else is wrong with it. */
function twice(json: unknown): ConfigFault[] {
  return Object.entries(NAMES).flatMap(([list, key]) => {
    const ones = (json as Record<string, unknown> | null)?.[list]
    const names = Array.isArray(ones) ? ones.map((one: Record<string, unknown> | null) => one?.[key]) : []
    const again = names.flatMap((name, index) => (typeof name === 'string' && names.indexOf(name) < index ? [index] : []))
    return again.map(index => ({ path: `${list}.${index}.${key}`, text: 'is used twice' }))
  })
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
