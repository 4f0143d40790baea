/*
  What the view overview says.
*/
import type { Texts } from '../language.ts'

export interface OverviewTexts {
  title: string
  attention: string
  nothing: string
  health: string
  ready: string
  notReady: string
  window: string
  now: string
  until: (time: string) => string
  away: (time: string) => string
  windows: Record<'PT15M' | 'PT1H' | 'P1D' | 'P7D' | 'P30D' | 'P13M', string>
  in: string
  out: string
  failures: string
  flowsPerMinute: string
  failuresPerMinute: string
  latency: string
  stage: string
  stages: Record<'acknowledged' | 'stored' | 'delivered', string>
  asTable: string
  from: string
  partners: string
  kinds: string
  none: string
  only: (name: string) => string
  all: string
  show: string
  columns: Record<'partner' | 'kind' | 'direction' | 'flows' | 'failures' | 'share' | 'p50' | 'p95' | 'p99', string>
  directions: Record<'in' | 'out', string>
  kindNames: Record<string, string>
  needs: Record<string, (count: string) => string>
}

export const OVERVIEW: Texts<OverviewTexts> = {
  fr: {
    title: 'Vue d’ensemble',
    attention: 'À traiter maintenant',
    nothing: 'Rien à traiter : tout s’écoule.',
    health: 'État des composants',
    ready: 'en service',
    notReady: 'indisponible',
    window: 'Période',
    now: 'maintenant',
    until: time => `mis à jour ${time}`,
    away: time => `Le registre du hub ne répond pas : ce qui est affiché date du ${time}. La vue reprendra d’elle-même.`,
    windows: { PT15M: '15 min', PT1H: '1 h', P1D: '24 h', P7D: '7 jours', P30D: '30 jours', P13M: '13 mois' },
    in: 'Reçus',
    out: 'Envoyés',
    failures: 'En échec',
    flowsPerMinute: 'Flux par minute',
    failuresPerMinute: 'Échecs par minute',
    latency: 'Délais',
    stage: 'Depuis la réception jusqu’à',
    stages: { acknowledged: 'l’acquittement', stored: 'l’enregistrement', delivered: 'la remise' },
    asTable: 'Les valeurs en tableau',
    from: 'À partir de',
    partners: 'Par partenaire',
    kinds: 'Par nature',
    none: 'Aucun flux dans cette période.',
    only: name => `Seulement ${name}`,
    all: 'Tout montrer',
    show: 'Voir les flux',
    columns: {
      partner: 'Partenaire',
      kind: 'Nature',
      direction: 'Sens',
      flows: 'Flux',
      failures: 'Échecs',
      share: 'Part d’échecs',
      p50: 'Médiane',
      p95: '95 % sous',
      p99: '99 % sous',
    },
    directions: { in: 'reçus', out: 'envoyés' },
    kindNames: {
      document: 'documents',
      stay: 'séjours',
      identity: 'identités',
      receipt: 'accusés de messagerie',
      mssante: 'messagerie MSSanté',
      platform: 'plateforme régionale',
      hospital: 'retours à l’établissement',
      subscription: 'abonnements',
    },
    needs: {
      'part.not-ready': () => 'un composant du hub n’est pas prêt',
      'disk.low': () => 'le disque est presque plein',
      'certificate.expired': () => 'un certificat a expiré',
      'certificate.expiring': () => 'un certificat expire bientôt',
      'clock.apart': () => 'l’horloge du hub et celle de PostgreSQL diffèrent',
      'clock.leapt': () => 'l’horloge du hub a fait un saut',
      'partner.down': () => 'un partenaire ne répond plus',
      'lane.parked': count => `file(s) arrêtée(s) : ${count}`,
      'feed.silent': () => 'un flux habituel s’est tu',
      'outbox.deep': count => `évènements en attente de Kafka : ${count}`,
      'rejects.high': () => 'beaucoup de messages sont refusés',
      'service-level.missed': () => 'un niveau de service n’est pas tenu',
      'identity.quarantined': count => `identité(s) à part, à vérifier : ${count}`,
      'rollup.late': () => 'les cumuls ont du retard',
    },
  },
  en: {
    title: 'Overview',
    attention: 'Needs a human now',
    nothing: 'Nothing needs a human: everything flows.',
    health: 'Health of the parts',
    ready: 'up',
    notReady: 'not ready',
    window: 'Period',
    now: 'now',
    until: time => `updated ${time}`,
    away: time => `The ledger of the hub does not answer: what is shown is of ${time}. The view goes on by itself.`,
    windows: { PT15M: '15 min', PT1H: '1 h', P1D: '24 h', P7D: '7 days', P30D: '30 days', P13M: '13 months' },
    in: 'Received',
    out: 'Sent',
    failures: 'Failed',
    flowsPerMinute: 'Flows per minute',
    failuresPerMinute: 'Failures per minute',
    latency: 'Latencies',
    stage: 'From reception until',
    stages: { acknowledged: 'acknowledged', stored: 'stored', delivered: 'delivered' },
    asTable: 'The values as a table',
    from: 'From',
    partners: 'By partner',
    kinds: 'By kind',
    none: 'No flow in this period.',
    only: name => `Only ${name}`,
    all: 'Show all',
    show: 'See the flows',
    columns: {
      partner: 'Partner',
      kind: 'Kind',
      direction: 'Direction',
      flows: 'Flows',
      failures: 'Failures',
      share: 'Share of failures',
      p50: 'Median',
      p95: '95% within',
      p99: '99% within',
    },
    directions: { in: 'received', out: 'sent' },
    kindNames: {
      document: 'documents',
      stay: 'stays',
      identity: 'identities',
      receipt: 'mail receipts',
      mssante: 'MSSanté mail',
      platform: 'regional platform',
      hospital: 'returns to the hospital',
      subscription: 'subscriptions',
    },
    needs: {
      'part.not-ready': () => 'a part of the hub is not ready',
      'disk.low': () => 'the disk is nearly full',
      'certificate.expired': () => 'a certificate has expired',
      'certificate.expiring': () => 'a certificate ends soon',
      'clock.apart': () => 'the clocks of the hub and of PostgreSQL differ',
      'clock.leapt': () => 'the clock of the hub has leapt',
      'partner.down': () => 'a partner takes nothing any more',
      'lane.parked': count => `parked lanes: ${count}`,
      'feed.silent': () => 'a usual feed is silent',
      'outbox.deep': count => `events waiting for Kafka: ${count}`,
      'rejects.high': () => 'many messages are refused',
      'service-level.missed': () => 'a service level is missed',
      'identity.quarantined': count => `identities that stand apart, to be checked: ${count}`,
      'rollup.late': () => 'the roll-ups are late',
    },
  },
}
