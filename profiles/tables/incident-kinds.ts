/*
  The kinds of incident, worst first, what each is called, and what the parts of the hub are called that it may be about.
*/
export const INCIDENT_KINDS = {
  'part.not-ready': { fr: 'un composant du hub n’est pas prêt', en: 'a part of the hub is not ready' },
  'disk.low': { fr: 'le disque est presque plein', en: 'the disk is nearly full' },
  'certificate.expired': { fr: 'un certificat, ou une liste de révocation, a expiré', en: 'a certificate, or a list of revoked ones, has expired' },
  'partner.down': { fr: 'un partenaire ne répond plus', en: 'a partner takes nothing any more' },
  'lane.parked': { fr: 'des files sont arrêtées', en: 'lanes are parked' },
  'feed.silent': { fr: 'un flux s’est tu', en: 'a feed is silent' },
  'outbox.deep': { fr: 'des évènements attendent Kafka', en: 'events wait for Kafka' },
  'rejects.high': { fr: 'beaucoup de messages sont refusés', en: 'many messages are refused' },
  'service-level.missed': { fr: 'un niveau de service n’est pas tenu', en: 'a service level is missed' },
  'clock.apart': { fr: 'l’horloge du hub et celle de PostgreSQL diffèrent', en: 'the clocks of the hub and of PostgreSQL differ' },
  'clock.leapt': { fr: 'l’horloge du hub a fait un saut', en: 'the clock of the hub has leapt' },
  'certificate.expiring': { fr: 'un certificat, ou une liste de révocation, expire bientôt', en: 'a certificate, or a list of revoked ones, ends soon' },
} as const satisfies Record<string, { fr: string; en: string }>

export type IncidentKind = keyof typeof INCIDENT_KINDS

/** By the names that /ready and incidents give them. */
export const HUB_PARTS: Readonly<Record<string, { fr: string; en: string }>> = {
  ledger: { fr: 'registre (PostgreSQL)', en: 'ledger (PostgreSQL)' },
  store: { fr: 'dépôt FHIR (HAPI)', en: 'FHIR store (HAPI)' },
  bus: { fr: 'bus (Kafka)', en: 'bus (Kafka)' },
  kafka: { fr: 'bus (Kafka)', en: 'bus (Kafka)' },
  mllp: { fr: 'porte MLLP', en: 'MLLP door' },
  mailbox: { fr: 'messagerie du hub', en: 'mailbox of the hub' },
  structures: { fr: 'structures du territoire', en: 'structures of the territory' },
  clock: { fr: 'horloge du hub', en: 'clock of the hub' },
  retention: { fr: 'conservation des données', en: 'retention' },
  dataDir: { fr: 'disque du hub (dataDir)', en: 'disk of the hub (dataDir)' },
}
