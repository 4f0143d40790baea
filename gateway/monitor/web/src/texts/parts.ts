/*
  What the shared parts say.
*/
import type { Texts } from '../language.ts'

export const PARTS: Texts<{
  loading: string
  empty: string
  again: string
  login: string
  faults: Record<string, string>
  otherwise: string
  place: string
  apply: string
  clear: string
  any: string
  reason: string
  reasonHint: string
  cancel: string
  rows: string
}> = {
  fr: {
    loading: 'Chargement…',
    empty: 'Rien à montrer.',
    again: 'Réessayer',
    login: 'S’identifier',
    faults: {
      'page.unheard': 'Le hub ne répond pas.',
      'page.defect': 'Une erreur imprévue est survenue dans la page.',
      'monitor.csrf': 'Votre session a changé, peut-être dans un autre onglet : rechargez la page.',
      'fhir.request from': 'Le début de la période ne se lit pas comme une date, ou vient après sa fin.',
      'fhir.request to': 'La fin de la période ne se lit pas comme une date, ou vient avant son début.',
      400: 'La demande est mal formée.',
      401: 'La session est terminée : identifiez-vous de nouveau, vous reviendrez à cette vue.',
      403: 'Votre rôle ne permet pas cette action.',
      404: 'Introuvable : cela n’existe pas, ou hors de votre territoire.',
      409: 'L’état a changé entre-temps : rien n’a été fait.',
      410: 'Ce contenu n’est plus conservé.',
      412: 'L’état a changé entre-temps : rien n’a été fait.',
      422: 'La demande ne peut être satisfaite telle quelle.',
      429: 'Trop de demandes : patientez un instant.',
      503: 'Un composant du hub est momentanément indisponible : nouvel essai dans cinq secondes.',
    },
    otherwise: 'Le hub a rencontré une erreur.',
    place: 'Champ',
    apply: 'Filtrer',
    clear: 'Effacer les filtres',
    any: 'Tous',
    reason: 'Motif',
    reasonHint: 'Il est enregistré avec votre nom et l’heure.',
    cancel: 'Annuler',
    rows: 'lignes',
  },
  en: {
    loading: 'Loading…',
    empty: 'Nothing to show.',
    again: 'Try again',
    login: 'Log in',
    faults: {
      'page.unheard': 'The hub does not answer.',
      'page.defect': 'Something unforeseen went wrong in the page.',
      'monitor.csrf': 'Your session has changed, perhaps in another tab: reload the page.',
      'fhir.request from': 'The start of the period cannot be read as a date, or comes after its end.',
      'fhir.request to': 'The end of the period cannot be read as a date, or comes before its start.',
      400: 'The request is malformed.',
      401: 'The session is over: log in again, you come back to this view.',
      403: 'Your role does not allow this.',
      404: 'Not found: there is no such thing, or not in your territory.',
      409: 'The state has changed meanwhile: nothing was done.',
      410: 'This content is no longer kept.',
      412: 'The state has changed meanwhile: nothing was done.',
      422: 'The request cannot be met as it is.',
      429: 'Too many requests: wait a moment.',
      503: 'A part of the hub is unavailable for the moment: asked again in five seconds.',
    },
    otherwise: 'The hub met an error.',
    place: 'Field',
    apply: 'Filter',
    clear: 'Clear the filters',
    any: 'All',
    reason: 'Reason',
    reasonHint: 'It is kept with your name and the time.',
    cancel: 'Cancel',
    rows: 'rows',
  },
}
