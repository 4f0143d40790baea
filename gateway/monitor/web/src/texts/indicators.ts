/*
  What the view indicators says; the names of indicators and kinds of structure stand in profiles/tables.
*/
import type { Texts } from '../language.ts'

interface IndicatorTexts {
  title: string
  filters: string
  reversed: string
  month: string
  fields: Record<'from' | 'to' | 'territory' | 'kind', string>
  monthHint: string
  csv: string
  masked: string
  maskedNote: string
  territory: string
  none: string
  hours: string
  table: string
  columns: Record<'territory' | 'month' | 'indicator' | 'structure' | 'support' | 'value', string>
}

export const INDICATORS: Texts<IndicatorTexts> = {
  fr: {
    title: 'Indicateurs du territoire',
    filters: 'Choisir les indicateurs',
    reversed: 'Le premier mois est après le dernier.',
    month: 'Un mois s’écrit 2026-06.',
    fields: { from: 'Premier mois', to: 'Dernier mois', territory: 'Territoire', kind: 'Type de structure' },
    monthHint: 'Vide : le mois en cours.',
    csv: 'Exporter en CSV',
    masked: 'masqué',
    maskedNote: 'Un effectif de moins de 11 est masqué (« < 11 »), ainsi que ce qui permettrait de le retrouver.',
    territory: 'Territoire',
    none: 'Aucun territoire : aucun DAC n’a de commune.',
    hours: 'h',
    table: 'En tableau',
    columns: { territory: 'Territoire', month: 'Mois', indicator: 'Indicateur', structure: 'Type de structure', support: 'Type d’appui', value: 'Valeur' },
  },
  en: {
    title: 'Territory indicators',
    filters: 'Choose the indicators',
    reversed: 'The first month is after the last.',
    month: 'A month is written 2026-06.',
    fields: { from: 'First month', to: 'Last month', territory: 'Territory', kind: 'Kind of structure' },
    monthHint: 'Empty: this month.',
    csv: 'Export as CSV',
    masked: 'masked',
    maskedNote: 'A count under 11 is masked (“< 11”), and so is what would give it away.',
    territory: 'Territory',
    none: 'No territory: no DAC has a commune.',
    hours: 'h',
    table: 'As a table',
    columns: { territory: 'Territory', month: 'Month', indicator: 'Indicator', structure: 'Kind of structure', support: 'Kind of support', value: 'Value' },
  },
}
