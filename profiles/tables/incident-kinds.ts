/*
  The kinds of incident, worst first, and what each is called in a mail.
*/
export const INCIDENT_KINDS = {
  'part.not-ready': { fr: 'un composant du hub n’est pas prêt', en: 'a part of the hub is not ready' },
  'disk.low': { fr: 'le disque est presque plein', en: 'the disk is nearly full' },
  'certificate.expired': { fr: 'un certificat a expiré', en: 'a certificate has expired' },
  'partner.down': { fr: 'un partenaire ne répond plus', en: 'a partner takes nothing any more' },
  'lane.parked': { fr: 'des files sont arrêtées', en: 'lanes are parked' },
  'feed.silent': { fr: 'un flux s’est tu', en: 'a feed is silent' },
  'outbox.deep': { fr: 'des évènements attendent Kafka', en: 'events wait for Kafka' },
  'rejects.high': { fr: 'beaucoup de messages sont refusés', en: 'many messages are refused' },
  'service-level.missed': { fr: 'un niveau de service n’est pas tenu', en: 'a service level is missed' },
  'clock.leapt': { fr: 'l’horloge du hub a fait un saut', en: 'the clock of the hub has leapt' },
  'certificate.expiring': { fr: 'un certificat expire bientôt', en: 'a certificate ends soon' },
} as const satisfies Record<string, { fr: string; en: string }>

export type IncidentKind = keyof typeof INCIDENT_KINDS
