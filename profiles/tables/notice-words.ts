/*
  What a notice says of an event, to whoever may know what happened; without a sentence it says that something changed.
*/
import type { EventCode } from '../events/event-types.ts'

export const SENTENCES: Partial<Record<EventCode, string>> = {
  'encounter.adm': 'Une admission dans un établissement de santé a été annoncée.',
  'encounter.sor': 'Une sortie d’un établissement de santé a été annoncée.',
  'encounter.mut': 'Un changement de service dans un établissement de santé a été annoncé.',
  'document.depose': 'Un document de santé a été déposé.',
  'pps.publie': 'Le plan personnalisé de santé a été publié dans une nouvelle version.',
  'appui.statut': 'La demande d’appui a changé d’état.',
}

/** What was announced is taken back. */
export const WITHDRAWN: Partial<Record<EventCode, string>> = {
  'encounter.adm': 'L’admission dans un établissement de santé qui avait été annoncée est annulée.',
  'encounter.sor': 'La sortie d’un établissement de santé qui avait été annoncée est annulée.',
  'document.depose': 'Un document de santé qui avait été déposé est supprimé par son émetteur.',
}

/** A new version of a document that was told before. */
export const REPLACED = 'Un document de santé annule et remplace une version déposée auparavant.'
