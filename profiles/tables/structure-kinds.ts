/*
  Kinds of structure by which indicators are broken down: who asked, wrote, collected or received.
*/
export const STRUCTURE_KINDS = {
  'etablissement-sante': { fr: 'Établissements de santé', en: 'Hospitals' },
  ville: { fr: 'Soins de ville', en: 'Primary care' },
  dac: { fr: 'DAC', en: 'DAC' },
  cpts: { fr: 'CPTS', en: 'CPTS' },
  social: { fr: 'Social et médico-social', en: 'Social and medico-social' },
  entourage: { fr: 'Entourage', en: 'Relatives' },
  personne: { fr: 'La personne elle-même', en: 'The person' },
  autre: { fr: 'Non précisé', en: 'Not said' },
} as const

export type StructureKind = keyof typeof STRUCTURE_KINDS

export const STRUCTURE_KIND_CODES = Object.keys(STRUCTURE_KINDS) as StructureKind[]
