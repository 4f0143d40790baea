/*
  The indicators of a territory: their codes (code system hub-cs-indicateur), what each is, and how it is broken down. Source: fhir-fr.md 4.6.
    count     how many, in the month; `pps-actifs` and `cercles-avec-mt` at its end
    part      how many of those of another indicator: the rest is never told, and can never be worked out where it is small
    rate      a part in percent of its whole        median      hours, of those that an indicator counts
*/

interface Words {
  fr: string
  en: string
}

type Broken = readonly ('structure' | 'support')[]

export type Indicator =
  | { form: 'count'; by: Broken; text: Words }
  | { form: 'part'; of: string; by: Broken; text: Words }
  | { form: 'rate'; part: string; text: Words }
  | { form: 'median'; of: string; text: Words }

const STRUCTURE = ['structure'] as const
const BOTH = ['structure', 'support'] as const

export const INDICATORS = {
  'demandes-recues': { form: 'count', by: BOTH, text: { fr: 'Demandes d’appui reçues', en: 'Support requests received' } },
  'demandes-acceptees': { form: 'count', by: BOTH, text: { fr: 'Demandes d’appui acceptées', en: 'Support requests accepted' } },
  'demandes-rejetees': { form: 'count', by: BOTH, text: { fr: 'Demandes d’appui rejetées', en: 'Support requests rejected' } },
  'delai-acceptation': { form: 'median', of: 'demandes-acceptees', text: { fr: 'Délai médian entre demande et acceptation', en: 'Median time from request to acceptance' } },
  'mt-informes': { form: 'count', by: STRUCTURE, text: { fr: 'Médecins traitants informés', en: 'Médecins traitants informed' } },
  'mt-decisions': { form: 'count', by: STRUCTURE, text: { fr: 'Décisions de médecins traitants', en: 'Decisions of médecins traitants' } },
  'delai-decision-mt': { form: 'median', of: 'mt-decisions', text: { fr: 'Délai médian de décision du médecin traitant', en: 'Median time to the médecin traitant’s decision' } },
  'pps-actifs': { form: 'count', by: STRUCTURE, text: { fr: 'PPS actifs', en: 'Active PPS' } },
  'pps-a-reevaluer': { form: 'count', by: STRUCTURE, text: { fr: 'PPS à réévaluer', en: 'PPS due for re-assessment' } },
  'pps-reevalues': { form: 'count', by: STRUCTURE, text: { fr: 'PPS réévalués', en: 'PPS re-assessed' } },
  'snp-echues': { form: 'count', by: STRUCTURE, text: { fr: 'Soins non programmés : demandes arrivées à 48 h ou répondues', en: 'Unscheduled care: requests answered or 48 hours old' } },
  'snp-repondues-48h': { form: 'part', of: 'snp-echues', by: STRUCTURE, text: { fr: 'Soins non programmés : répondues en 48 h', en: 'Unscheduled care: answered within 48 hours' } },
  'taux-snp-48h': { form: 'rate', part: 'snp-repondues-48h', text: { fr: 'Soins non programmés : taux de réponse en 48 h', en: 'Unscheduled care: rate answered within 48 hours' } },
  sorties: { form: 'count', by: STRUCTURE, text: { fr: 'Sorties d’hospitalisation', en: 'Hospital discharges' } },
  'sorties-annoncees': { form: 'part', of: 'sorties', by: STRUCTURE, text: { fr: 'Sorties annoncées au cercle de soins', en: 'Discharges announced to care circles' } },
  'taux-sorties-annoncees': { form: 'rate', part: 'sorties-annoncees', text: { fr: 'Taux de sorties annoncées au cercle', en: 'Rate of discharges announced' } },
  'alertes-delivrees': { form: 'count', by: STRUCTURE, text: { fr: 'Alertes délivrées', en: 'Alerts delivered' } },
  'alertes-lues': { form: 'part', of: 'alertes-delivrees', by: STRUCTURE, text: { fr: 'Alertes lues', en: 'Alerts read' } },
  'taux-alertes-lues': { form: 'rate', part: 'alertes-lues', text: { fr: 'Taux d’alertes lues', en: 'Rate of alerts read' } },
  'cercles-avec-mt': { form: 'count', by: STRUCTURE, text: { fr: 'Cercles de soins avec médecin traitant', en: 'Care circles with a médecin traitant' } },
  oppositions: { form: 'count', by: STRUCTURE, text: { fr: 'Oppositions recueillies', en: 'Oppositions recorded' } },
} as const satisfies Record<string, Indicator>

export type IndicatorCode = keyof typeof INDICATORS

export const INDICATOR_CODES = Object.keys(INDICATORS) as IndicatorCode[]

export const indicatorOf = (code: IndicatorCode): Indicator => INDICATORS[code]

/** Kinds of support (hub-cs-appui). */
export const SUPPORTS = {
  'info-orientation': 'Information et orientation',
  evaluation: 'Évaluation',
  concertation: 'Concertation',
  planification: 'Planification',
  'sortie-hospitalisation': 'Sortie d’hospitalisation',
  admission: 'Admission',
  'coordination-complexe': 'Coordination complexe',
} as const

export type Support = keyof typeof SUPPORTS
