/*
  How a stay begins and ends, as the PMSI codes it (ZFM-1, ZFM-2 of PAM-FR 2.11).
  Source: Agence technique de l'information sur l'hospitalisation, guide méthodologique; words shortened.
*/

export type PmsiTable = 'entree' | 'sortie'

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
