/*
  Code tables of the acknowledgements: HL7 0357 (ERR-3), the application codes of ERR-5, the SMTP codes of a Z02.
*/

/** HL7 0357, messageErrorCondition. */
export const ERROR_CONDITIONS: Readonly<Record<string, string>> = {
  '0': 'Message accepted',
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '103': 'Table value not found',
  '198': 'Non-conformant cardinality',
  '199': 'Other HL7 Error',
  '200': 'Unsupported message type',
  '201': 'Unsupported event code',
  '202': 'Unsupported processing id',
  '203': 'Unsupported version id',
  '207': 'Application error',
}

/** ERR-5, only beside 207. */
export const APPLICATION_ERRORS: Readonly<Record<string, string>> = {
  '900': 'Version de document incorrecte',
  '901': 'Auteur non autorisé',
  '902': 'Identifiant patient inconnu',
  '903': "Absence d'INS",
  '904': 'INS ou traits différents',
  '905': 'INS incomplet',
  '906': 'Autre',
}

/** SMTPERRORCODE: ERR-5 of a Z02. */
export const SMTP_ERRORS: Readonly<Record<string, string>> = {
  '101': 'Connexion impossible',
  '111': 'Connexion refusée',
  '251': 'Message relayé',
  '252': 'Adresse non vérifiable',
  '420': 'Délai dépassé',
  '421': 'Service indisponible',
  '422': 'Boîte pleine',
  '431': 'Stockage du serveur insuffisant',
  '432': 'Mot de passe à renouveler',
  '441': 'Serveur sans réponse',
  '442': 'Connexion rompue',
  '450': 'Boîte occupée',
  '451': 'Erreur locale du serveur',
  '452': 'Ressources insuffisantes',
  '500': 'Commande incomprise',
  '501': 'Paramètre incorrect',
  '502': 'Commande non prise en charge',
  '503': 'Ordre des commandes incorrect',
  '504': 'Paramètre non pris en charge',
  '510': 'Adresse incorrecte',
  '512': 'Domaine introuvable',
  '513': "Type d'adresse incorrect",
  '523': 'Message trop volumineux',
  '530': 'Authentification requise',
  '541': 'Message rejeté',
  '550': 'Boîte indisponible',
  '551': 'Destinataire non local',
  '552': 'Quota dépassé',
  '553': 'Nom de boîte incorrect',
  '554': 'Échec définitif',
}

/** OBX-3 of the metadata (table MetaDMPMSS), in the order the profile gives; labels as the profile prints them. */
export const METADATA_LABELS = {
  MASQUE_PS: 'Masqué aux professionnels de Santé',
  INVISIBLE_PATIENT: 'Document Non Visible par le patient',
  INVISIBLE_REP_LEGAUX: 'Non visible par les représentants Légaux du patient',
  CONNEXION_SECRETE: 'Connexion Secrete',
  MODIF_CONF_CODE: 'Modification Confidentiality Code',
  DESTDMP: 'Destinataire DMP',
  DESTMSSANTEPS: 'Destinataire (Professionnel de Santé, organisation ou BAL applicative)',
  DESTMSSANTEPAT: 'Destinataire Patient',
  ACK_RECEPTION: 'Accusé de réception',
  ACK_LECTURE_MSS: 'Accusé de lecture',
} as const

export type MetadataCode = keyof typeof METADATA_LABELS

/** PID-32 of PAM-FR 2.11: how sure the identity is, and what is odd about it. */
export const PAM_IDENTITY_STATUSES: ReadonlySet<string> = new Set(
  'VIDE PROV VALI DOUB DESA DPOT DOUA COLP COLV FILI CACH ANOM IDVER RECD IDRA USUR HOMD HOMA FICT'.split(' '),
)

/** ZBE-4. */
export const MOVEMENT_ACTS = ['INSERT', 'UPDATE', 'CANCEL'] as const
export type MovementAct = (typeof MOVEMENT_ACTS)[number]

/** ZBE-9: responsibility of care (S), lodging (H), medicine (M), in the order of the profile; bed (L), administration (D), correction (C). */
export const MOVEMENT_NATURES: ReadonlySet<string> = new Set(['S', 'H', 'M', 'L', 'D', 'SM', 'SH', 'MH', 'LD', 'HMS', 'C'])
