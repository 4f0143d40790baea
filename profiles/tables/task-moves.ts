/*
  Which Task may go where, who may move it, and who is told: the state machine of the specification as a table. Any other move is refused.
    any open = draft, requested, received, accepted, in-progress, on-hold
  Source: fhir-fr.md 2.4.
*/

export type TaskStatus =
  | 'draft' | 'requested' | 'received' | 'accepted' | 'in-progress' | 'on-hold'
  | 'rejected' | 'cancelled' | 'completed' | 'failed' | 'entered-in-error'

/** Codes of hub-cs that a Task of care has. */
export type TaskKind = 'DEM-APPUI' | 'VALIDATION-MT' | 'SNP' | 'ACCES-MT' | 'ACTION'

/** Who stands where to a Task; `hub` moves it of itself, whoever writes. */
export type TaskRole = 'requester' | 'owner' | 'author' | 'hub'

export interface TaskMove {
  from: readonly TaskStatus[]
  to: readonly TaskStatus[]
  who: readonly TaskRole[]
  /** Who learns of it by a Communication. */
  tells?: readonly ('requester' | 'mt')[]
}

export const OPEN: readonly TaskStatus[] = ['draft', 'requested', 'received', 'accepted', 'in-progress', 'on-hold']
const CLOSED: readonly TaskStatus[] = ['rejected', 'cancelled', 'completed', 'failed']
export const TASK_STATUSES: readonly TaskStatus[] = [...OPEN, ...CLOSED, 'entered-in-error']

const TASK_MOVES: readonly TaskMove[] = [
  { from: ['draft'], to: ['requested'], who: ['requester'] },
  { from: ['requested'], to: ['received'], who: ['hub'], tells: ['requester'] },
  { from: ['received'], to: ['accepted'], who: ['owner'] },
  { from: ['received'], to: ['rejected'], who: ['owner'], tells: ['requester'] },
  { from: ['accepted'], to: ['in-progress'], who: ['owner'] },
  { from: ['accepted', 'in-progress'], to: ['on-hold'], who: ['owner'] },
  { from: ['on-hold'], to: ['accepted', 'in-progress'], who: ['owner'] },
  { from: ['in-progress'], to: ['completed', 'failed'], who: ['owner'], tells: ['requester', 'mt'] },
  { from: ['draft', 'requested', 'received'], to: ['cancelled'], who: ['requester'] },
  { from: OPEN, to: ['cancelled'], who: ['owner', 'hub'], tells: ['requester'] },
  { from: [...OPEN, ...CLOSED], to: ['entered-in-error'], who: ['author'] },
]

/** The médecin traitant answers at once; who asked him may take the question back. */
const VALIDATION_MOVES: readonly TaskMove[] = [
  { from: ['draft'], to: ['requested'], who: ['requester'] },
  { from: ['requested'], to: ['received'], who: ['hub'] },
  { from: ['requested', 'received'], to: ['completed'], who: ['owner'] },
  { from: ['draft', 'requested', 'received'], to: ['cancelled'], who: ['requester', 'hub'] },
  { from: ['draft', 'requested', 'received', ...CLOSED], to: ['entered-in-error'], who: ['author'] },
]

/** Every row that allows a move; none: the move does not exist. */
export function movesOf(kind: TaskKind, from: string, to: string): readonly TaskMove[] {
  const moves = kind === 'VALIDATION-MT' ? VALIDATION_MOVES : TASK_MOVES
  return moves.filter(move => move.from.some(status => status === from) && move.to.some(status => status === to))
}

/** businessStatus of a demande d'appui: what its owner may write after what. `none` stands for no business status yet. */
const SUPPORT_PROGRESS: Readonly<Record<string, readonly string[]>> = {
  none: ['evaluation', 'orientation', 'ppcs-en-cours', 'suivi'],
  'attente-mt': ['mt-sans-reponse', 'sans-mt'],
  'mt-valide': ['evaluation', 'orientation', 'ppcs-en-cours', 'suivi'],
  'mt-sans-reponse': ['evaluation', 'orientation', 'ppcs-en-cours', 'suivi'],
  'sans-mt': ['evaluation', 'orientation', 'ppcs-en-cours', 'suivi'],
  evaluation: ['orientation', 'ppcs-en-cours', 'suivi'],
  orientation: ['suivi'],
  'ppcs-en-cours': ['suivi'],
}

/** Of an unscheduled request: what its owner may write at any time. */
const UNSCHEDULED_PROGRESS = ['a-orienter', 'creneau-propose', 'creneau-pris', 'orientation']

/** What the owner of a demande d'appui writes only once he has taken it. */
const AT_WORK: readonly string[] = ['accepted', 'in-progress', 'on-hold']

/**
 * May the owner write a businessStatus over another one, in a Task of this status?
 * `cloture` comes with the end and is the hub's; so are the answers of the médecin traitant and `hors-delai`.
 */
export function mayProgress(kind: TaskKind, status: string, { from, to }: { from: string | undefined; to: string | undefined }): boolean {
  if (from === to || (kind !== 'DEM-APPUI' && kind !== 'SNP')) return true
  if (to === undefined) return false
  if (kind === 'SNP') return UNSCHEDULED_PROGRESS.includes(to)
  return (SUPPORT_PROGRESS[from ?? 'none'] ?? []).includes(to) && (from === 'attente-mt' || AT_WORK.includes(status))
}

/** businessStatus that a move brings where the owner wrote none of his own. */
export function broughtBy(kind: TaskKind, to: string, current: string | undefined): string | undefined {
  if (kind !== 'DEM-APPUI' && kind !== 'SNP') return undefined
  if (to === 'completed' || to === 'failed' || (to === 'cancelled' && current === undefined)) return 'cloture'
  if (to === 'received' && current === undefined) return kind === 'SNP' ? 'a-orienter' : 'mt-valide'
  const isFirst = kind === 'DEM-APPUI' && to === 'in-progress' && (SUPPORT_PROGRESS[current ?? 'none'] ?? []).includes('evaluation')
  return isFirst ? 'evaluation' : undefined
}
