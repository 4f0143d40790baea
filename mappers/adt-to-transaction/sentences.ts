/*
  What is told of a movement, in French, to whoever may know everything: where, which service, when, how.
*/
import { PMSI_MODES } from '../../profiles/tables/pmsi-modes.ts'
import type { Movement } from '../hl7v2/adt/movement.ts'

const CLOCK = new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', dateStyle: 'short', timeStyle: 'short' })

export function sentencesOf({ content, startsAt }: Pick<Movement, 'content' | 'startsAt'>, structure: string | undefined): string[] {
  const service = content.medicalUnit?.name ?? content.careUnit?.name ?? content.place?.unit?.code
  const entry = PMSI_MODES.entree[content.entryMode ?? '']
  const exit = PMSI_MODES.sortie[content.exitMode ?? '']
  return [
    ...(structure === undefined ? [] : [`Établissement : ${structure}`]),
    ...(service === undefined ? [] : [`Service : ${service}`]),
    `Date : ${CLOCK.format(new Date(startsAt))}`,
    ...(entry === undefined ? [] : [`Mode d’entrée : ${entry}`]),
    ...(exit === undefined ? [] : [`Mode de sortie : ${exit}`]),
  ]
}
