/*
  When certificates end: ours and the authorities' from their files, a partner's from its last connection; a gauge at each scrape, a warning at 30, 7 and 1 days.
*/
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { HubConfig } from './config.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

const DAY_MS = 86_400_000
const LOOK_MS = 3_600_000
/** Days before the end, latest first; 0: it has ended. */
const WARN_AT = [0, 1, 7, 30] as const

export interface Expiries {
  /** A partner showed a certificate that ends then. */
  seen(partner: string, endsAt: Date): void
  /** When each ends, by its key of the configuration or its partner. */
  all(): Map<string, Date>
  /** Warns of what ends soon, once per threshold. */
  look(now: Date): void
  stop(): void
}

export function watchExpiries(parts: { config: HubConfig; log: Log; metrics: Metrics }): Expiries {
  const { config, log, metrics } = parts
  const partners = new Map<string, Date>()
  const warned = new Map<string, number>()
  const all = (): Map<string, Date> => new Map([...filesOf(config).flatMap(endOf), ...partners])
  metrics.watch('hub_certificate_expiry_seconds', () =>
    Object.fromEntries([...all()].map(([path, endsAt]) => [path, Math.round((endsAt.getTime() - Date.now()) / 1000)])),
  )
  const look = (now: Date): void => {
    for (const [path, endsAt] of all()) {
      const threshold = thresholdOf(endsAt, now)
      if (threshold !== undefined && warned.get(path) !== threshold)
        log.warn(threshold === 0 ? 'certificate.expired' : 'certificate.expiring', { path, count: daysBetween(now, endsAt) })
      if (threshold === undefined) warned.delete(path)
      else warned.set(path, threshold)
    }
  }
  look(new Date())
  const timer = setInterval(() => look(new Date()), LOOK_MS).unref()
  return { seen: (partner, endsAt) => void partners.set(`partners.${partner}`, endsAt), all, look, stop: () => clearInterval(timer) }
}

/** The threshold that is passed; undefined while there is time. */
export function thresholdOf(endsAt: Date, now: Date): (typeof WARN_AT)[number] | undefined {
  const left = endsAt.getTime() - now.getTime()
  return WARN_AT.find(days => left <= days * DAY_MS)
}

const daysBetween = (from: Date, to: Date): number => Math.floor((to.getTime() - from.getTime()) / DAY_MS)

/** Every certificate file of the configuration, by its key. */
function filesOf({ http, connectors: { hospital, mssante, subscription } }: HubConfig): [string, string][] {
  const files: [string, string | undefined][] = [
    ['http.certFile', http.certFile],
    ['http.clientCaFile', http.clientCaFile],
    ['connectors.hospital.tls.certFile', hospital.tls?.certFile],
    ['connectors.hospital.tls.caFile', hospital.tls?.caFile],
    ['connectors.mssante.smtp.caFile', mssante.smtp.caFile],
    ['connectors.mssante.imap.caFile', mssante.imap.caFile],
    ['connectors.subscription.certFile', subscription.certFile],
  ]
  return files.flatMap(([path, file]) => (file === undefined ? [] : [[path, file] as [string, string]]))
}

/** A file of several certificates ends with the first of them; one that cannot be read is told by the door that needs it. */
function endOf([path, file]: [string, string]): [string, Date][] {
  try {
    const blocks = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
    const ends = blocks.map(block => Date.parse(new X509Certificate(block).validTo))
    return ends.length === 0 ? [] : [[path, new Date(Math.min(...ends))]]
  } catch {
    return []
  }
}
