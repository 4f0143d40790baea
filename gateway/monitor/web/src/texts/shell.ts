/*
  What the frame around the views says.
*/
import type { Texts } from '../language.ts'

export const SHELL: Texts<{
  product: string
  skip: string
  navigation: string
  views: Record<'overview' | 'flows' | 'flow' | 'persons' | 'lanes' | 'replay' | 'partners' | 'indicators', string>
  logout: string
  roles: Record<string, string>
  territory: string
  lost: string
  back: string
  unknown: string
  toOverview: string
  stale: string
  reload: string
}> = {
  fr: {
    product: 'e-parcours hub',
    skip: 'Aller au contenu',
    navigation: 'Vues',
    views: {
      overview: 'Vue d’ensemble',
      flows: 'Flux',
      flow: 'Un flux',
      persons: 'Parcours',
      lanes: 'Files',
      replay: 'Rejeu',
      partners: 'Partenaires',
      indicators: 'Indicateurs',
    },
    logout: 'Se déconnecter',
    roles: { observer: 'observateur', operator: 'exploitant', 'privacy-officer': 'délégué à la protection des données' },
    territory: 'territoire',
    lost: 'Liaison avec le hub perdue. Ce qui est affiché peut dater ; reconnexion en cours…',
    back: 'Liaison rétablie : le hub répond de nouveau.',
    unknown: 'Cette page n’existe pas.',
    toOverview: 'Revenir à la vue d’ensemble',
    stale: 'Cette vue ne peut être chargée : le hub est peut-être en cours de redémarrage, ou vient d’être mis à jour.',
    reload: 'Recharger la page',
  },
  en: {
    product: 'e-parcours hub',
    skip: 'Skip to content',
    navigation: 'Views',
    views: {
      overview: 'Overview',
      flows: 'Flows',
      flow: 'One flow',
      persons: 'Journeys',
      lanes: 'Lanes',
      replay: 'Replay',
      partners: 'Partners',
      indicators: 'Indicators',
    },
    logout: 'Log out',
    roles: { observer: 'observer', operator: 'operator', 'privacy-officer': 'privacy officer' },
    territory: 'territory',
    lost: 'The connection to the hub is lost. What is shown may be old; reconnecting…',
    back: 'Connected again: the hub answers.',
    unknown: 'There is no such page.',
    toOverview: 'Back to the overview',
    stale: 'This view cannot be loaded: the hub may be restarting, or has just been updated.',
    reload: 'Reload the page',
  },
}
