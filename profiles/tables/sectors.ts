/*
  Health or social: by category of the structure (TRE_R66) and by kind of profession. What an ESMS or a social worker receives is `minimal` unless the person said more (fhir-fr.md 4.4).
*/
import { tre } from '../oids.ts'

export type Sector = 'health' | 'social'

/** Social and medico-social establishments and services: care homes, home help, services for disabled people and children, social shelter. */
const SOCIAL_STRUCTURES: ReadonlySet<string> = new Set(
  `159 172 174 175 176 177 178 182 183 186 188 189 190 192 193 194 195 196 197 198 202 207 208 209 214 216 219 221 238 241 246 247 249 252 253 255 257 258
   286 295 324 328 341 344 354 370 377 378 379 381 382 390 394 395 396 397 402 411 418 427 437 440 441 442 443 445 446 448 449 450 453 460 461 462 500 501 502`.split(/\s+/),
)

/** Category of a dispositif d'appui à la coordination (TRE_R66). */
export const DAC = '606'

/** By what the structure is; a category that is not social is of health. */
export const sectorOfStructure = (category: string | undefined): Sector => (category !== undefined && SOCIAL_STRUCTURES.has(category) ? 'social' : 'health')

const HEALTH_PROFESSIONS = tre('G15-ProfessionSante')
const HEALTH_PROFESSIONS_OID = '1.2.250.1.71.1.2.7'
/** Without their list: codes of TRE_G15, and none that another list gives another meaning (41 assistant de service social, R94). */
const HEALTH_CODES: ReadonlySet<string> = new Set('10 21 26 28 31 32 39 40 50 60 69 70 80 81 82 83 84 85 86 91 92 94 95 96 98'.split(' '))

/** Of a role: TRE_G15 is health, every other profession is not; undefined where it names none. */
export function sectorOfRole(codings: readonly { system?: string | undefined; code?: string | undefined }[]): Sector | undefined {
  if (codings.length === 0) return undefined
  return codings.some(({ system }) => system === HEALTH_PROFESSIONS) ? 'health' : 'social'
}

/** In: a claim of an identity provider, `<code>` or `<code>^<OID of its list>`. */
export function sectorOfClaim(role: string | undefined): Sector {
  const [code = '', oid] = (role ?? '').split('^')
  return (oid === undefined ? HEALTH_CODES.has(code) : oid === HEALTH_PROFESSIONS_OID) ? 'health' : 'social'
}
