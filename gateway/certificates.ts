/*
  When certificates and lists of revoked ones end: ours and the authorities' from their files, a partner's from its last connection; a gauge at each scrape,
  a warning at 30, 7 and 1 days, of a list when a third of its life is left (some live for a day).
*/
import type { X509Certificate } from 'node:crypto'
import { certificatesIn, listsIn, type RevocationList } from '../connectors/trust.ts'
import { filesNamed, type NamedFile } from './config-files.ts'
import type { HubConfig } from './config.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

const DAY_MS = 86_400_000
const LOOK_MS = 3_600_000
/** Days before the end, latest first; 0: it has ended. */
const WARN_AT = [0, 1, 7, 30]

/** Of so many some have always ended. */
const PUBLIC_AUTHORITIES = 'connectors.subscription.caFile'

interface Ending {
  kind: 'certificate' | 'list'
  endsAt: Date
  warnAt: readonly number[]
}

export interface Expiries {
  /** A partner showed a certificate that ends then. */
  seen(partner: string, endsAt: Date): void
  /** When each ends, by its key of the configuration or its partner; null for a list of which nobody is warned yet. */
  all(now: Date): Map<string, Date | null>
  /** Warns of what ends soon, once per threshold. */
  look(now: Date): void
  stop(): void
}

export function watchExpiries(parts: { config: HubConfig; log: Log; metrics: Metrics }): Expiries {
  const { config, log, metrics } = parts
  const partners = new Map<string, Ending>()
  const warned = new Map<string, number>()
  const read = (): [string, Ending][] => [
    ...filesNamed(config)
      .filter(({ path }) => path !== PUBLIC_AUTHORITIES)
      .flatMap(endOf),
    ...partners,
  ]
  metrics.watch('hub_certificate_expiry_seconds', () =>
    Object.fromEntries(read().map(([path, { endsAt }]) => [path, Math.round((endsAt.getTime() - Date.now()) / 1000)])),
  )
  const look = (now: Date): void => {
    for (const [path, ending] of read()) {
      const threshold = thresholdOf(ending, now)
      if (threshold !== undefined && warned.get(path) !== threshold)
        log.warn(threshold === 0 ? 'certificate.expired' : 'certificate.expiring', { path, count: daysBetween(now, ending.endsAt) })
      if (threshold === undefined) warned.delete(path)
      else warned.set(path, threshold)
    }
  }
  look(new Date())
  const timer = setInterval(() => look(new Date()), LOOK_MS).unref()
  return {
    seen: (partner, endsAt) => void partners.set(`partners.${partner}`, { kind: 'certificate', endsAt, warnAt: WARN_AT }),
    all: now => new Map(read().map(([path, ending]) => [path, ending.kind === 'certificate' || thresholdOf(ending, now) !== undefined ? ending.endsAt : null])),
    look,
    stop: () => clearInterval(timer),
  }
}

/** The threshold that is passed; undefined while there is time. */
export function thresholdOf({ endsAt, warnAt }: Pick<Ending, 'endsAt' | 'warnAt'>, now: Date): number | undefined {
  const left = endsAt.getTime() - now.getTime()
  return warnAt.find(days => left <= days * DAY_MS)
}

const daysBetween = (from: Date, to: Date): number => Math.floor((to.getTime() - from.getTime()) / DAY_MS)

/** A file of several certificates or lists ends with the first of them; one that cannot be read is told by the door that needs it. */
function endOf({ path, file, kind }: NamedFile): [string, Ending][] {
  try {
    const ends = kind === 'certificates' ? certificatesIn(file).map(certificateEnding) : kind === 'lists' ? listsIn(file).flatMap(listEnding) : []
    const first = ends.sort((a, b) => a.endsAt.getTime() - b.endsAt.getTime())[0]
    return first === undefined ? [] : [[path, first]]
  } catch {
    return []
  }
}

const certificateEnding = ({ validTo }: X509Certificate): Ending => ({ kind: 'certificate', endsAt: new Date(validTo), warnAt: WARN_AT })

function listEnding({ from, endsAt }: RevocationList): Ending[] {
  return endsAt === undefined ? [] : [{ kind: 'list', endsAt, warnAt: [0, (endsAt.getTime() - from.getTime()) / DAY_MS / 3] }]
}
