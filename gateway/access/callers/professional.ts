/*
  Which professional an identity provider names, and where he practises now (Pro Santé Connect, fhir-fr.md 4.2).
    SubjectNameID   SubjectRole: "<profession>^<OID>" or a list   SubjectOrganizationID: idNatSt
    SubjectRefPro.exercices[] { codeProfession, activities[] { numeroFinessSite, numeroSiretSite, numeroSirenSite, identifiantTechniqueDeLaStructure } }
*/
import { z } from 'zod'
import { HubError } from '../../../profiles/errors.ts'
import type { Actor } from './actor.ts'
import type { IssuerConfig } from './config.ts'

export type Professional = NonNullable<Actor['user']>

/** A situation d'exercice: the profession practised, and the idNatSt of the structure. */
interface Situation {
  profession: string
  structure: string
  /** Names it may be chosen by. */
  names: string[]
}

const word = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z./_-]{1,63}$/)
const text = z.string().max(128).default('')
const practices = z.object({
  exercices: z
    .array(
      z.object({
        codeProfession: text,
        activities: z
          .array(z.object({ numeroFinessSite: text, numeroSiretSite: text, numeroSirenSite: text, identifiantTechniqueDeLaStructure: text }))
          .default([]),
      }),
    )
    .default([]),
})

/**
 * In:     the claims of a verified token; `chosen` is the request's `situation_exercice`: an idNatSt, a FINESS or SIRET number or the directory's own id of the structure.
 * Throws: oauth.subject_token at the claim; oauth.request at situation_exercice where he practises in several places and chooses none; oauth.grant where he chooses another one.
 */
export function readProfessional(claims: Record<string, unknown>, names: IssuerConfig['claims'], chosen: string | undefined): Professional {
  const idNatPs = word.safeParse(claims[names.idNatPs])
  if (!idNatPs.success) throw new HubError('oauth.subject_token', { path: names.idNatPs })
  const situation = choose(situationsOf(claims[names.practice], names.practice), chosen)
  const role = firstText(claims[names.role])
  const profession = situation === undefined || role?.split('^')[0] === situation.profession ? role : situation.profession
  const structure = situation?.structure || firstText(claims[names.structure])
  return { idNatPs: idNatPs.data, ...(profession ? { profession } : {}), ...(structure ? { structure } : {}) }
}

function choose(situations: Situation[], chosen: string | undefined): Situation | undefined {
  if (chosen === undefined) {
    if (situations.length > 1) throw new HubError('oauth.request', { path: 'situation_exercice' })
    return situations[0]
  }
  const found = situations.find(one => one.names.includes(chosen))
  if (found === undefined) throw new HubError('oauth.grant', { path: 'situation_exercice' })
  return found
}

/** Two activities of the same profession at the same structure are one situation. */
function situationsOf(claim: unknown, path: string): Situation[] {
  if (claim === undefined || claim === null) return []
  const read = practices.safeParse(claim)
  if (!read.success) throw new HubError('oauth.subject_token', { path })
  const all = read.data.exercices.flatMap(({ codeProfession, activities }) => activities.map(activity => situationOf(codeProfession, activity)))
  return [...new Map(all.map(one => [`${one.profession} ${one.names.join(' ')}`, one])).values()]
}

type Activity = z.infer<typeof practices>['exercices'][number]['activities'][number]

function situationOf(profession: string, activity: Activity): Situation {
  const numbers = [
    ['1', activity.numeroFinessSite],
    ['3', activity.numeroSiretSite],
    ['2', activity.numeroSirenSite],
  ].filter(([, number]) => number !== '')
  const names = [...numbers.map(pair => pair.join('')), ...numbers.map(([, number]) => number ?? ''), activity.identifiantTechniqueDeLaStructure]
  const known = names.filter(name => name !== '')
  return { profession, structure: known[0] ?? '', names: known }
}

function firstText(claim: unknown): string | undefined {
  const first: unknown = Array.isArray(claim) ? claim[0] : claim
  return typeof first === 'string' && first !== '' && first.length <= 128 ? first : undefined
}
