/*
  What the view lanes says.
*/
import type { Texts } from '../language.ts'

export type LaneAct = 'resume' | 'retry' | 'set-aside'

interface LaneTexts {
  title: string
  intro: string
  filters: string
  state: string
  states: Record<'waiting' | 'all', string>
  kind: string
  kinds: Record<'inbound' | 'delivery', string>
  empty: string
  columns: Record<'state' | 'reason' | 'since' | 'waiting' | 'partner' | 'head' | 'acts' | 'by', string>
  words: Record<'parked' | 'waiting' | 'ready', string>
  acts: Record<LaneAct | 'take-up', string>
  /** Accessible names: which lane the button is of. */
  actOf: (act: string, lane: string) => string
  explained: Record<LaneAct | 'take-up', string>
  flow: string
  none: string
  aside: string
  asideEmpty: string
  done: Record<LaneAct | 'take-up', string>
  moved: string
  last: (told: { who: string; act: string; at: string; reason: string }) => string
  next: string
  first: string
}

export const LANES: Texts<LaneTexts> = {
  fr: {
    title: 'Files d’attente',
    intro: 'Une file arrêtée ne retient que les messages d’une même personne ; le reste continue.',
    filters: 'Filtrer les files',
    state: 'État',
    states: { waiting: 'en attente', all: 'toutes' },
    kind: 'Sens',
    kinds: { inbound: 'réception', delivery: 'envoi' },
    empty: 'Aucune file dans cet état.',
    columns: {
      state: 'État',
      reason: 'Motif',
      since: 'Depuis',
      waiting: 'En attente derrière',
      partner: 'Émetteur → destinataire',
      head: 'Message en tête',
      acts: 'Actions',
      by: 'Écarté par',
    },
    words: { parked: 'arrêtée', waiting: 'en attente', ready: 'en cours' },
    acts: { resume: 'Reprendre', retry: 'Réessayer maintenant', 'set-aside': 'Écarter', 'take-up': 'Remettre en file' },
    actOf: (act, lane) => `${act} : ${lane}`,
    explained: {
      resume: 'La file repart dans son ordre, du message en tête jusqu’au dernier.',
      retry: 'Le message en tête est tenté une fois de plus, tout de suite ; s’il échoue encore, la file s’arrête de nouveau.',
      'set-aside': 'Le message en tête quitte la file avec ce motif ; rien n’est perdu, les suivants partent, et il pourra être remis en file.',
      'take-up': 'Le message revient en tête de sa file.',
    },
    flow: 'Voir le flux',
    none: '–',
    aside: 'Messages écartés',
    asideEmpty: 'Aucun message n’est écarté.',
    done: {
      resume: 'La file a repris.',
      retry: 'Une nouvelle tentative est lancée.',
      'set-aside': 'Le message est écarté ; la suite de la file part.',
      'take-up': 'Le message est revenu en tête de sa file.',
    },
    moved: 'Rien n’a été fait : cette file n’est plus telle que vous l’avez vue.',
    last: ({ who, act, at, reason }) => `Dernière action : « ${act} » par ${who}, le ${at}${reason === '' ? '' : `, motif : ${reason}`}.`,
    next: 'Suivantes',
    first: 'Revenir au début',
  },
  en: {
    title: 'Lanes',
    intro: 'A parked lane stops the messages of one person only; everything else goes on.',
    filters: 'Filter the lanes',
    state: 'State',
    states: { waiting: 'waiting', all: 'all' },
    kind: 'Direction',
    kinds: { inbound: 'reception', delivery: 'delivery' },
    empty: 'No lane in this state.',
    columns: {
      state: 'State',
      reason: 'Reason',
      since: 'Since',
      waiting: 'Waiting behind',
      partner: 'Sender → recipient',
      head: 'Message at its head',
      acts: 'Actions',
      by: 'Set aside by',
    },
    words: { parked: 'parked', waiting: 'waiting', ready: 'running' },
    acts: { resume: 'Resume', retry: 'Retry now', 'set-aside': 'Set aside', 'take-up': 'Take up again' },
    actOf: (act, lane) => `${act}: ${lane}`,
    explained: {
      resume: 'The lane starts again in its order, from the message at its head to the last.',
      retry: 'The message at its head is tried once more, at once; if it fails again the lane stops again.',
      'set-aside': 'The message at its head leaves the lane with this reason; nothing is lost, those behind go on, and it may be taken up again.',
      'take-up': 'The message returns to the head of its lane.',
    },
    flow: 'See the flow',
    none: '–',
    aside: 'Messages set aside',
    asideEmpty: 'No message is set aside.',
    done: {
      resume: 'The lane has started again.',
      retry: 'One more attempt is on its way.',
      'set-aside': 'The message is set aside; the rest of the lane goes on.',
      'take-up': 'The message is back at the head of its lane.',
    },
    moved: 'Nothing was done: this lane is no longer as you saw it.',
    last: ({ who, act, at, reason }) => `Last action: “${act}” by ${who}, ${at}${reason === '' ? '' : `, reason: ${reason}`}.`,
    next: 'Next',
    first: 'Back to the first',
  },
}
