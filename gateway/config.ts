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
import { config as busConfig } from './bus/config.ts'
import { isLoopback } from './loopback.ts'
import { alerts } from './monitor/incidents/config.ts'
import { login } from './monitor/login/config.ts'
import { address, finess, partner } from './partner-config.ts'

const file = z.string().min(1)
const ledgerUrl = z.string().regex(/^postgres(ql)?:\/\//)
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day (HH:MM)')
/** A 4xx is not to be repeated: the guides ask for 500 all the same (fhir-fr.md 3.4). */
const transactionErrorStatus = z.literal(500).optional().describe('Status of a refused transaction, as these guides ask; without it 4xx.')
const oid = z.string().regex(/^[0-2](\.\d+)+$/)

const organization = z.strictObject({
  finess: finess.describe('FINESS number (geographic).'),
  name: z.string().min(1).describe('Name of the structure.'),
  type: z.string().min(1).describe('Code of TRE_R66: 606 DAC, 604 CPTS, …'),
  territoire: z.array(z.string()).default([]).describe('Communes (COG codes) a DAC answers for.'),
  territory: z.string().optional().describe('Territory in which what it writes is counted; that of its partner, else the first of `territoire` when absent.'),
})

const schema = z.strictObject({
  environment: z.enum(['test', 'production']).describe('`production`: no test INS (their OIDs), no sandbox, P alone in MSH-11; `test` takes T and D, sends T.'),
  dataDir: file.describe('Folder of the audit’s anchors; its disk is the one whose free space is watched.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged, to the standard output as JSON.'),
  http: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('Address the door listens on; elsewhere than on loopback it needs certFile and keyFile.'),
      port: z.int().min(1).max(65535).default(8080).describe('TCP port of the door.'),
      certFile: file.optional().describe('Our certificate chain, PEM; with keyFile the door speaks TLS.'),
      keyFile: file.optional().describe('Private key of certFile, PEM.'),
      maxConnections: z.int().min(10).max(65_535).default(2000).describe('Connections at once, beneath the limit of open files; then strangers give way.'),
      clientCaFile: file.optional().describe('Authority of client certificates: then tokens are given to clients that show one, and bound to it.'),
      clientCrlFile: file.optional().describe('Beside clientCaFile: revoked certificates, PEM: one list of each authority of a chain, none past its end.'),
      publicUrl: z.url().optional().describe('Its URL for others: links, the metadata and `aud` begin with it; else with scheme, host and port.'),
    })
    .describe('Door for FHIR, the monitor, health and tokens.'),
  ledger: z
    .strictObject({
      url: ledgerUrl.describe('Its database, with account and password: `postgresql://account:password@host:port/database`.'),
      maxConnections: z.int().min(4).max(200).default(16).describe('Of one process: ¾ of it for lanes, as many for the rest, 9 more for doors and the like.'),
    })
    .describe('PostgreSQL of the ledger.'),
  store: z
    .strictObject({
      url: z.url().describe('Base URL of its FHIR API.'),
      timeoutMs: z.int().min(1000).max(120_000).default(15_000).describe('Longest wait for it, milliseconds; below limits.laneLeaseMs.'),
    })
    .describe('The HAPI FHIR store.'),
  kafka: busConfig.describe('Kafka, which carries the events.'),
  connectors: z
    .strictObject({
      hospital: hospitalConfig.describe('HL7v2 over MLLP, both ways.'),
      mssante: mssanteConfig.describe('The hub’s own mailbox at one operator: SMTP for what goes out, IMAP for what comes back.'),
      platform: platformConfig.describe('The regional platform: notifications (NdE) by FHIR, events by Kafka.'),
      subscription: subscriptionConfig.prefault({}).describe('What is sent to the endpoints of subscribers, and to webhooks of alerts.'),
      directory: directoryConfig.optional().describe('The national directory of mailboxes; without it only those of the stored resources are known.'),
    })
    .describe('One for each kind of partner.'),
  partners: z.array(partner).default([]).describe('Who sends to the hub or is sent to by HL7v2 or Kafka; read again while the hub runs.'),
  sandbox: z
    .strictObject({
      acceptUnknownSenders: z.boolean().default(false).describe('Senders whom `partners` does not know are taken too; never where the MLLP door has TLS.'),
      territory: z.string().describe('Territory their flows are counted in.'),
      acks: address.describe('MLLP address that takes the business acknowledgements for them.'),
    })
    .optional()
    .describe('For trying the hub; refused in production.'),
  clients: z.array(client).default([]).describe('Software that may call the FHIR door and the monitor; read again while the hub runs.'),
  issuers: z.array(issuer).default([]).describe('Identity providers whose tokens are exchanged for ours.'),
  organizations: z.array(organization).default([]).describe('Structures that the hub keeps in the store as they stand here.'),
  emergency: z
    .strictObject({
      overOpposition: z.boolean().default(false).describe('A health professional who breaks the glass reads also where the person opposes.'),
      privacyOfficer: finess.optional().describe('FINESS number of the structure whose privacy officer is told of each emergency access.'),
    })
    .prefault({})
    .describe('Emergency access (breaking the glass).'),
  cds: z.strictObject({ transactionErrorStatus }).prefault({}).describe('Cercle de soins and Cahier de liaison at the FHIR door.'),
  keys: z
    .strictObject({
      pseudonymFile: file.describe('HMAC key of the pseudonyms in logs, lanes and Kafka: any secret bytes. Keep it: another key makes other pseudonyms.'),
      referenceFile: file.describe('HMAC key of the references in mails, of links between pages and of the audit’s anchors: any secret bytes. Keep it.'),
      signingFile: file.describe('Private JWK (ES384, RS384) that signs access tokens, or a JWKS: the last signs, all verify; read again on change.'),
    })
    .describe('Files of the hub’s own secrets, mode 600.'),
  limits: z
    .strictObject({
      maxDocumentBytes: z.int().min(1024).default(25_000_000).describe('Largest document in a message, bytes.'),
      freeDiskBytes: z
        .int()
        .min(0)
        .default(536_870_912)
        .describe('Below this free space of dataDir MLLP answers AR, FHIR writes 503, and mails stay unread, bytes.'),
      laneLeaseMs: z.int().min(5000).max(60_000).default(20_000).describe('After this time another process takes the lanes of one that died, milliseconds.'),
      laneConcurrency: z.int().min(1).max(64).default(6).describe('Lanes of one kind worked on at once by this process.'),
      maxAttempts: z.int().min(1).default(30).describe('Failed attempts before a lane is parked; while a dependency is away none is counted.'),
      fanoutFallbackMs: z.int().min(1000).default(60_000).describe('An event that no consumer has planned is planned from the ledger then, milliseconds.'),
      receiptTimeoutHours: z.int().min(1).default(48).describe('A mail without DSN is shown unconfirmed after this time, hours.'),
      subscriptionRetrySeconds: z.int().min(1).default(259_200).describe('After so long without a delivery a subscriber is in error, its news stop, seconds.'),
      subscriptionRetryMaxMs: z.int().min(1000).default(3_600_000).describe('Longest pause between two attempts to notify, milliseconds; the first: 1000.'),
      subscriptionsPerClient: z.int().min(1).default(1000).describe('How many subscriptions one client may have.'),
      mtAnswerWorkingDays: z.int().min(0).max(60).default(3).describe('Working days after authoredOn until a DAC may go on without the médecin traitant.'),
      alertGraceSeconds: z.int().min(0).max(86_400).default(60).describe('How long a cancelled admission or discharge waits before it is told, seconds.'),
      digestAt: timeOfDay.default('18:00').describe('When members who want to be told once a day are told, `HH:MM` in Paris.'),
      requestsPerSecond: z.int().min(1).default(1000).describe('Requests that one client may make per second, of each process.'),
      workers: z.int().min(1).max(32).default(2).describe('Worker threads for parsing and mapping.'),
    })
    .prefault({})
    .describe('How much, how fast and how long.'),
  retention: z
    .strictObject({
      bodiesDays: z.int().min(1).default(90).describe('Messages themselves (their bytes), days; whole months are dropped, so up to a month longer.'),
      traceMonths: z.int().min(1).default(13).describe('What is known of messages, events, decisions, deliveries, incidents; figures of the monitor; months.'),
      auditYears: z.int().min(1).default(3).describe('The audit with its anchors, and what operators repaired, years.'),
      seenDays: z.int().min(1).default(400).describe('So long a message that comes again is known as a repeat and gets its first answer, days.'),
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
      oid: oid.default('1.2.250.1.999.1.1').describe('OID of this hub as a source of documents.'),
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
  return [{ path: issue.path.join('.'), text: issue.message.endsWith('received undefined') ? 'is missing' : issue.message }]
}

/** Safe by default: elsewhere than on loopback only with TLS; the sandbox never in production. */
function unsafe(config: z.infer<typeof schema>): ConfigFault[] {
  const faults: ConfigFault[] = []
  const { hospital } = config.connectors
  if (!isLoopback(config.http.host) && (config.http.certFile === undefined || config.http.keyFile === undefined)) {
    faults.push({ path: 'http.host', text: 'listening elsewhere than on loopback needs certFile and keyFile' })
  }
  if (['0.0.0.0', '::'].includes(config.http.host) && config.http.publicUrl === undefined)
    faults.push({ path: 'http.publicUrl', text: 'is needed where the door listens on every address: links begin with it' })
  if (config.http.clientCaFile !== undefined && config.http.certFile === undefined)
    faults.push({ path: 'http.clientCaFile', text: 'needs certFile and keyFile' })
  if (config.http.clientCrlFile !== undefined && config.http.clientCaFile === undefined) faults.push({ path: 'http.clientCrlFile', text: 'needs clientCaFile' })
  if (!isLoopback(hospital.host) && hospital.tls === undefined)
    faults.push({ path: 'connectors.hospital.host', text: 'listening elsewhere than on loopback needs tls' })
  const { tls, sasl } = config.kafka
  if (sasl?.mechanism === 'plain' && tls === undefined) faults.push({ path: 'kafka.sasl.mechanism', text: 'plain needs tls: the password goes as it is' })
  for (const [path, pair] of Object.entries({ http: config.http, 'kafka.tls': tls, 'connectors.subscription': config.connectors.subscription }))
    if ((pair?.certFile === undefined) !== (pair?.keyFile === undefined)) faults.push({ path: `${path}.certFile`, text: 'goes with keyFile' })
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
