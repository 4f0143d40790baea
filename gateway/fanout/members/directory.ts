/*
  What the national directory says of a professional or a structure: kept in the ledger with its date, asked again when that is too old.
    kept and young => as it is      else ask, keep      directory away => the kept one while it may serve, said to be late; none => it is away
*/
import type { DirectoryHolder, DirectoryQuestion } from '../../../connectors/directory/wire.ts'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { type HubError, toHubError } from '../../../profiles/errors.ts'
import { keepDirectoryAnswer, readDirectoryAnswer } from '../../ledger/deliveries/directory-answers.ts'
import type { HubParts } from '../../parts.ts'

export type DirectoryParts = Pick<HubParts, 'config' | 'db' | 'breakers' | 'connectors'>

export type DirectoryWord =
  /** `isLate`: the directory is away, and this is older than it may be otherwise. */
  { holders: DirectoryHolder[]; askedAt: Date; isLate: boolean } | { away: HubError }

const HOUR_MS = 3_600_000

/** Whose mailbox it would have told is found out later. */
const AWAY: readonly string[] = ['directory.unreachable', 'directory.refused', 'config.unreadable']

/** Undefined where no directory is configured. */
export async function askDirectory({ config, db, breakers, connectors }: DirectoryParts, question: DirectoryQuestion): Promise<DirectoryWord | undefined> {
  const settings = config.connectors.directory
  if (settings === undefined) return undefined
  const kept = await readDirectoryAnswer(db, question)
  const ageMs = kept === undefined ? Number.POSITIVE_INFINITY : Date.now() - kept.askedAt.getTime()
  if (kept !== undefined && ageMs < settings.keepHours * HOUR_MS) return { ...kept, isLate: false }
  try {
    const askedAt = new Date()
    const holders = await breakers.of('directory').run(() => connectors.directory.ask(question, settings))
    await keepDirectoryAnswer(db, question, { holders, askedAt })
    return { holders, askedAt, isLate: false }
  } catch (error) {
    const away = toHubError(error)
    if (!AWAY.includes(away.code)) throw error
    if (kept !== undefined && ageMs < settings.keepWhileAwayHours * HOUR_MS) return { ...kept, isLate: true }
    return { away }
  }
}

/** The register number by which the directory is asked: RPPS before Idnat PS, FINESS of a structure; undefined for whoever has none. */
export function questionOf(
  type: DirectoryQuestion['type'],
  identifiers: readonly { system?: string | undefined; value?: string | undefined }[] = [],
): DirectoryQuestion | undefined {
  for (const system of type === 'Practitioner' ? [SYSTEM.rpps, SYSTEM.idNatPs] : [SYSTEM.finess]) {
    const value = identifiers.find(one => one.system === system)?.value
    if (value !== undefined) return { type, system, value }
  }
  return undefined
}
