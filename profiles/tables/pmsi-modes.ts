/*
  How a stay begins and ends (ZFM-1, ZFM-2 of PAM-FR 2.11), where the person comes from and goes to (ZFM-3, ZFM-4), as the PMSI codes it.
  Source: Agence technique de l'information sur l'hospitalisation, guide méthodologique; words shortened.
*/

export type PmsiTable = 'entree' | 'sortie'

/** Of D and R the specification gives no words. */
const UNITS = {
  '1': 'Soins de courte durée (MCO)',
  '2': 'Soins médicaux et de réadaptation',
  '3': 'Soins de longue durée',
  '4': 'Psychiatrie',
  '5': 'Urgences',
  '6': 'Hospitalisation à domicile',
  '7': 'Hébergement médico-social',
}

export const PMSI_PLACES: Readonly<Record<PmsiTable, Readonly<Record<string, string>>>> = { entree: UNITS, sortie: UNITS }

export const PMSI_MODES: Readonly<Record<PmsiTable, Readonly<Record<string, string>>>> = {
  entree: { '0': 'Transfert provisoire', '6': 'Mutation', '7': 'Transfert', '8': 'Domicile' },
  sortie: {
    '0': 'Transfert provisoire',
    '4': 'Fugue ou sortie contre avis médical',
    '5': "Sortie à l'essai",
    '6': 'Mutation',
    '7': 'Transfert',
    '8': 'Domicile',
    '9': 'Décès',
  },
}
