/*
  What the view flows says.
*/
import type { Texts } from '../language.ts'

interface FlowTexts {
  title: string
  filters: string
  more: string
  empty: string
  wider: string
  reversed: string
  window: string
  now: string
  windows: Record<'PT15M' | 'PT1H' | 'P1D' | 'P7D' | 'P30D' | 'P13M', string>
  total: (count: string, isExact: boolean) => string
  csv: string
  csvMost: string
  next: string
  first: string
  personSet: string
  fields: Record<
    | 'from'
    | 'to'
    | 'partner'
    | 'sender'
    | 'direction'
    | 'kind'
    | 'documentType'
    | 'status'
    | 'code'
    | 'controlId'
    | 'documentId'
    | 'messageId'
    | 'finding'
    | 'path'
    | 'person',
    string
  >
  hints: Record<'to' | 'person' | 'code' | 'finding' | 'path', string>
  directions: Record<'in' | 'out', string>
  kinds: Record<string, string>
  columns: Record<'at' | 'message' | 'sender' | 'type' | 'recipients' | 'status' | 'code' | 'took', string>
  delivered: string
  failed: string
  open: string
}

export const FLOWS: Texts<FlowTexts> = {
  fr: {
    title: 'Flux',
    filters: 'Filtrer les flux',
    more: 'Plus de filtres',
    empty: 'Aucun flux ne correspond à ces filtres dans cette période.',
    wider: 'Chercher sur 13 mois',
    reversed: 'Le début de la période est après sa fin.',
    window: 'Période',
    now: 'maintenant',
    windows: { PT15M: '15 min', PT1H: '1 h', P1D: '24 h', P7D: '7 jours', P30D: '30 jours', P13M: '13 mois' },
    total: (count, isExact) => (isExact ? `${count} flux` : `> ${count} flux`),
    csv: 'Exporter en CSV',
    csvMost: 'Le CSV s’arrête aux 50 000 plus récents.',
    next: 'Suivants',
    first: 'Revenir au début',
    personSet: 'Restreint à une personne',
    fields: {
      from: 'Reçu depuis',
      to: 'Reçu avant',
      partner: 'Partenaire',
      sender: 'Émetteur',
      direction: 'Sens',
      kind: 'Nature',
      documentType: 'Type de document',
      status: 'Statut',
      code: 'Code d’erreur',
      controlId: 'Contrôle (MSH-10)',
      documentId: 'Identifiant du document',
      messageId: 'Message-ID (courriel)',
      finding: 'Code du constat',
      path: 'Champ du constat',
      person: 'Personne : INS ou IPP',
    },
    hints: {
      to: 'Vide : jusqu’à maintenant.',
      person: 'N’apparaît dans aucune adresse.',
      code: 'hl7v2.table_value',
      finding: 'ins.missing',
      path: 'PID-3',
    },
    directions: { in: 'entrant', out: 'sortant' },
    kinds: {
      document: 'document',
      stay: 'séjour',
      identity: 'identité',
      receipt: 'accusé',
      mssante: 'MSSanté',
      platform: 'plateforme',
      hospital: 'vers l’établissement',
      subscription: 'abonnement',
    },
    columns: {
      at: 'Reçu le',
      message: 'Message',
      sender: 'Émetteur',
      type: 'Type de document',
      recipients: 'Destinataires',
      status: 'Statut',
      code: 'Erreur',
      took: 'Durée',
    },
    delivered: 'remis',
    failed: 'en échec',
    open: 'en cours',
  },
  en: {
    title: 'Flows',
    filters: 'Filter the flows',
    more: 'More filters',
    empty: 'No flow matches these filters in this period.',
    wider: 'Search 13 months',
    reversed: 'The period starts after its end.',
    window: 'Period',
    now: 'now',
    windows: { PT15M: '15 min', PT1H: '1 h', P1D: '24 h', P7D: '7 days', P30D: '30 days', P13M: '13 months' },
    total: (count, isExact) => (isExact ? `${count} flows` : `> ${count} flows`),
    csv: 'Export as CSV',
    csvMost: 'The CSV ends with the 50,000 newest.',
    next: 'Next',
    first: 'Back to the first',
    personSet: 'Of one person only',
    fields: {
      from: 'Received from',
      to: 'Received before',
      partner: 'Partner',
      sender: 'Sender',
      direction: 'Direction',
      kind: 'Kind',
      documentType: 'Document type',
      status: 'Status',
      code: 'Error code',
      controlId: 'Control id (MSH-10)',
      documentId: 'Document id',
      messageId: 'Message-ID of the mail',
      finding: 'Finding code',
      path: 'Finding path',
      person: 'Person: INS or IPP',
    },
    hints: {
      to: 'Empty: until now.',
      person: 'Stands in no address.',
      code: 'hl7v2.table_value',
      finding: 'ins.missing',
      path: 'PID-3',
    },
    directions: { in: 'incoming', out: 'outgoing' },
    kinds: {
      document: 'document',
      stay: 'stay',
      identity: 'identity',
      receipt: 'receipt',
      mssante: 'MSSanté',
      platform: 'platform',
      hospital: 'to the hospital',
      subscription: 'subscription',
    },
    columns: {
      at: 'Received',
      message: 'Message',
      sender: 'Sender',
      type: 'Document type',
      recipients: 'Recipients',
      status: 'Status',
      code: 'Error',
      took: 'Took',
    },
    delivered: 'delivered',
    failed: 'failed',
    open: 'under way',
  },
}
