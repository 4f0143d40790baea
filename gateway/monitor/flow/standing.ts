/*
  Where a message stands and what a person does about it, in one sentence.
*/
import type { StoredMessage } from '../../ledger/acceptance/bodies.ts'
import type { MessageStatus } from '../../ledger/status.ts'
import { type Said, sentenceOfError } from '../sentences.ts'

export interface Standing {
  status: MessageStatus
  code: string | null
  path: string | null
  sentence?: Said
  next: Said
}

const NEXT: Readonly<Record<MessageStatus, Said>> = {
  received: { en: 'Accepted; its turn in the lane comes by itself.', fr: 'Accepté ; son tour dans la file vient de lui-même.' },
  running: { en: 'Under way: nothing is to be done.', fr: 'En cours : il n’y a rien à faire.' },
  waiting: { en: 'The hub tries again by itself; look at the part that is away.', fr: 'Le hub réessaie de lui-même ; voyez la partie qui ne répond pas.' },
  parked: { en: 'Remove the cause, then resume the lane.', fr: 'Corrigez la cause, puis relancez la file.' },
  refused: {
    en: 'Refused at the door: the sender corrects it and sends it again.',
    fr: 'Refusé à l’entrée : l’émetteur le corrige et le renvoie.',
  },
  complete: { en: 'Complete: each recipient is answered for below.', fr: 'Terminé : le sort de chaque destinataire figure plus bas.' },
}

/** In: the error of a message that is not stored, where there is one. */
export function standingOf({ status, refusedWith }: StoredMessage, stuckAt: { code: string | null; path: string | null }): Standing {
  const [refusal] = refusedWith
  const { code, path } = refusal ?? stuckAt
  const sentence = code === null ? undefined : sentenceOfError(code)
  return { status, code, path, ...(sentence === undefined ? {} : { sentence }), next: NEXT[status] }
}
