/*
  What the view replay says.
*/
import type { Texts } from '../language.ts'

export type ReplayState = 'computing' | 'shown' | 'committing' | 'committed' | 'stopped'
export type ItemState = 'pending' | 'shown' | 'queued' | 'committed' | 'refused' | 'failed' | 'skipped'

interface ReplayTexts {
  title: string
  intro: string
  closed: string
  filters: string
  more: string
  reversed: string
  begin: string
  beginText: string
  earlier: string
  none: string
  another: string
  states: Record<ReplayState, string>
  items: Record<ItemState, string>
  outcomes: Record<'created' | 'changed' | 'unchanged' | 'left', string>
  columns: Record<'at' | 'state' | 'by' | 'reason' | 'messages' | 'message' | 'what' | 'resources' | 'notified', string>
  progress: string
  computed: (counts: Record<'computed' | 'total', string>) => string
  lookAt: string
  committedBy: (who: string, at: string, reason: string) => string
  stoppedBy: (who: string, at: string, reason: string) => string
  counts: (counts: Record<'total' | 'changed' | 'unchanged' | 'skipped' | 'failed', string>) => string
  resources: (counts: Record<'created' | 'changed' | 'unchanged', string>) => string
  done: (counts: Record<'committed' | 'refused' | 'queued', string>) => string
  nobody: string
  notified: (count: string) => string
  told: string
  wouldTell: string
  wouldNotTell: string
  nothing: string
  empty: string
  show: Record<'all' | 'changed' | 'refused' | 'skipped' | 'failed', string>
  parked: string
  showLabel: string
  difference: (resource: string) => string
  differences: Record<'path' | 'was' | 'becomes', string>
  findings: string
  commit: string
  goOn: string
  nothingToCommit: string
  stoppedEarly: string
  commitText: (changed: string) => string
  stop: string
  stopText: string
  moved: string
  since: string
  reveal: string
  revealText: string
  next: string
}

export const REPLAY: Texts<ReplayTexts> = {
  fr: {
    title: 'Rejeu',
    intro: 'Ce que les convertisseurs d’aujourd’hui feraient de messages déjà reçus : vous le voyez d’abord, rien n’est écrit avant votre validation.',
    closed: 'Le rejeu est réservé aux exploitants et au délégué à la protection des données.',
    filters: 'Choisir les messages',
    more: 'Plus de filtres',
    reversed: 'Le début de la période est après sa fin.',
    begin: 'Simuler le rejeu',
    beginText: 'La simulation compare, sans rien écrire. Sans période choisie, elle porte sur les dernières 24 heures.',
    earlier: 'Rejeux précédents',
    none: 'Aucun rejeu.',
    another: 'Choisir d’autres messages',
    states: { computing: 'simulation en cours', shown: 'simulé', committing: 'validation en cours', committed: 'validé', stopped: 'arrêté' },
    items: {
      pending: 'à examiner',
      shown: 'examiné',
      queued: 'dans la file',
      committed: 'validé',
      refused: 'non validé',
      failed: 'conversion impossible',
      skipped: 'non rejoué',
    },
    outcomes: { created: 'créée', changed: 'modifiée', unchanged: 'identique', left: 'laissée telle quelle' },
    columns: {
      at: 'Demandé le',
      state: 'État',
      by: 'Par',
      reason: 'Motif',
      messages: 'Messages',
      message: 'Message',
      what: 'Différence en FHIR, ou motif',
      resources: 'Ressources',
      notified: 'Destinataires',
    },
    progress: 'Avancement',
    computed: ({ computed, total }) => `${computed} messages examinés sur ${total}.`,
    lookAt: 'À regarder :',
    committedBy: (who, at, reason) => `Validation : ${who}, ${at} · ${reason}`,
    stoppedBy: (who, at, reason) => `Arrêt : ${who}, ${at} · ${reason}`,
    counts: ({ total, changed, unchanged, skipped, failed }) =>
      `${total} messages : ${changed} changeraient, ${unchanged} seraient identiques, ${skipped} ne se rejouent pas, ${failed} ne se convertissent pas.`,
    resources: ({ created, changed, unchanged }) => `Ressources : ${created} créées, ${changed} modifiées, ${unchanged} identiques.`,
    done: ({ committed, refused, queued }) => `${committed} validés, ${refused} non validés, ${queued} dans les files.`,
    nobody: 'Personne ne serait prévenu de nouveau.',
    notified: count => `${count} destinataires seraient prévenus.`,
    told: 'Destinataires',
    wouldTell: 'serait prévenu',
    wouldNotTell: 'ne serait pas prévenu',
    nothing: 'Aucune différence.',
    empty: 'Aucun message.',
    show: { all: 'tous', changed: 'avec différence', refused: 'non validés', skipped: 'non rejoués', failed: 'conversion impossible' },
    parked: 'Arrêté : la validation l’enregistre et relance sa file.',
    showLabel: 'Messages montrés',
    difference: resource => `Différence de ${resource}`,
    differences: { path: 'Élément', was: 'Enregistré', becomes: 'Deviendrait' },
    findings: 'Constats',
    commit: 'Valider',
    goOn: 'Reprendre la validation',
    nothingToCommit: 'Il n’y a rien à valider : ce qui est enregistré est déjà ce que produisent les convertisseurs d’aujourd’hui.',
    stoppedEarly: 'La simulation a été arrêtée avant sa fin : elle ne se valide pas. Relancez-la avec le même filtre.',
    commitText: changed =>
      `${changed} messages seront écrits tels qu’ils sont montrés, chacun à son tour dans la file de sa personne. Ce qui a changé depuis est refusé.`,
    stop: 'Arrêter',
    stopText: 'Ce qui est déjà validé le reste ; le reste demeure tel quel.',
    moved: 'Rien n’a été fait : ce rejeu n’est plus tel que vous l’avez vu.',
    since: 'Ont changé depuis :',
    reveal: 'Montrer les valeurs',
    revealText: 'Les valeurs qui peuvent nommer une personne sont montrées ; cette consultation est tracée.',
    next: 'Messages suivants',
  },
  en: {
    title: 'Replay',
    intro: 'What today’s mappers would make of messages already received: you see it first, nothing is written before you commit.',
    closed: 'Replays are for operators and the privacy officer.',
    filters: 'Choose the messages',
    more: 'More filters',
    reversed: 'The period starts after its end.',
    begin: 'Dry run',
    beginText: 'The dry run compares and writes nothing. Without a period it covers the last 24 hours.',
    earlier: 'Earlier replays',
    none: 'No replay.',
    another: 'Choose other messages',
    states: { computing: 'computing', shown: 'shown', committing: 'committing', committed: 'committed', stopped: 'stopped' },
    items: {
      pending: 'to be looked at',
      shown: 'looked at',
      queued: 'in its lane',
      committed: 'committed',
      refused: 'not committed',
      failed: 'cannot be mapped',
      skipped: 'not replayed',
    },
    outcomes: { created: 'created', changed: 'changed', unchanged: 'the same', left: 'left as it is' },
    columns: {
      at: 'Asked',
      state: 'State',
      by: 'By',
      reason: 'Reason',
      messages: 'Messages',
      message: 'Message',
      what: 'Difference in FHIR, or why not',
      resources: 'Resources',
      notified: 'Recipients',
    },
    progress: 'Progress',
    computed: ({ computed, total }) => `${computed} of ${total} messages looked at.`,
    lookAt: 'To look at:',
    committedBy: (who, at, reason) => `Commit: ${who}, ${at} · ${reason}`,
    stoppedBy: (who, at, reason) => `Stop: ${who}, ${at} · ${reason}`,
    counts: ({ total, changed, unchanged, skipped, failed }) =>
      `${total} messages: ${changed} would change, ${unchanged} would be the same, ${skipped} are not replayed, ${failed} cannot be mapped.`,
    resources: ({ created, changed, unchanged }) => `Resources: ${created} created, ${changed} changed, ${unchanged} the same.`,
    done: ({ committed, refused, queued }) => `${committed} committed, ${refused} not committed, ${queued} in lanes.`,
    nobody: 'Nobody would be notified again.',
    notified: count => `${count} recipients would be notified.`,
    told: 'Recipients',
    wouldTell: 'would be notified',
    wouldNotTell: 'would not be notified',
    nothing: 'No difference.',
    empty: 'No message.',
    show: { all: 'all', changed: 'with a difference', refused: 'not committed', skipped: 'not replayed', failed: 'cannot be mapped' },
    parked: 'Parked: the commit stores it and resumes its lane.',
    showLabel: 'Messages shown',
    difference: resource => `Difference of ${resource}`,
    differences: { path: 'Element', was: 'Stored', becomes: 'Would become' },
    findings: 'Findings',
    commit: 'Commit',
    goOn: 'Go on with the commit',
    nothingToCommit: 'There is nothing to commit: what is stored is what today’s mappers make already.',
    stoppedEarly: 'The dry run was stopped before its end: it cannot be committed. Start it again with the same filter.',
    commitText: changed =>
      `${changed} messages will be written as they are shown, each at its turn in the lane of its person. What has changed since is refused.`,
    stop: 'Stop',
    stopText: 'What is committed stays so; everything else stays as it is.',
    moved: 'Nothing was done: this replay is no longer as you saw it.',
    since: 'Changed since:',
    reveal: 'Show the values',
    revealText: 'Values that may name a person are shown; this look is audited.',
    next: 'More messages',
  },
}
