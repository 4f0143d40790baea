/*
  What each caller may see of a person, by circle and consent: written from fhir-fr.md 2.5, 4.3, 4.4 and design.md 7, apart from the code.

  Cells:  C  everything, whole            r  restreint: a copy tagged SUBSETTED      m  minimal: a copy tagged SUBSETTED
          K  everything but the letter    P  something of the person, whole or not    L  the letter alone
          w  only what its structure wrote                 -  nothing                 ?  the text does not say

  Who:    doc   doctor of the practice, médecin traitant of the circle, by his PractitionerRole (user token)
          col   colleague of the same practice (user token)         pra   the practice's software (system token, Organization)
          cab   doctor of a practice under it (partOf), member by his PractitionerRole
          dac   coordinator; wrote circle, plan, goal, measure      soc   social service (Organization)
          hos   hospital, wrote letter and stay                     cpt   CPTS
          per   the person   gua  GUARD   nok  personne de confiance   car  CAREGIVER
          str   the DAC of another territory                        btg   the colleague in an emergency (BTG, with a reason)

  Circle: none · proposed, active, suspended, inactive: doc, cab, dac, soc, car are participants · structure: the practice itself instead of doc ·
          ended, begins: the period of all but dac is over, has not begun · managed: dac manages it without being in it · named: active, nok at niveau-acces complet, cab at restreint
*/
export const ACTORS = ['doc', 'col', 'pra', 'cab', 'dac', 'soc', 'hos', 'cpt', 'per', 'gua', 'nok', 'car', 'str', 'btg'] as const
export type Who = (typeof ACTORS)[number]
export type Cell = 'C' | 'r' | 'm' | 'K' | 'P' | 'L' | 'w' | '-' | '?'
export type Circle = 'none' | 'proposed' | 'active' | 'suspended' | 'inactive' | 'structure' | 'ended' | 'begins' | 'managed' | 'named'

export interface Row {
  name: string
  circle: Circle
  /** Names of `consents.ts`, in the order in which they are recorded. */
  consents: string[]
  cells: Record<Who, Cell>
  restsOn: string
}

const TABLE = `
circle    | consents                        | doc col pra cab dac soc hos cpt per gua nok car str btg | rests on
none      |                                 |  -   -   -   -   w   -   w   -   C   C   -   -   -   C  | 4.3.9 outside; 4.3.7 authors; 4.3.3 person, GUARD; 4.3.8 BTG
none      | information                     |  -   -   -   -   w   -   w   -   C   C   -   -   -   C  | 4.3.5 asks for a circle too
proposed  | information                     |  -   -   -   -   w   -   w   -   C   C   -   -   -   C  | 2.2 a proposed circle opens no access
suspended | information                     |  -   -   -   -   w   -   w   -   C   C   -   -   -   C  | design 7: only an active circle
inactive  | information                     |  -   -   -   -   w   -   w   -   C   C   -   -   -   C  | design 7: only an active circle
active    |                                 |  -   -   -   -   w   -   w   -   C   C   -   -   -   C  | 4.3.5 nobody informed: only the author's structure
active    | information                     |  C   -   -   C   C   m   w   -   C   C   -   m   -   C  | 4.3.5; 4.4; design 7: a colleague of a member is not one
active    | accord                          |  C   -   -   C   C   m   w   -   C   C   -   m   -   C  | 4.3.5 information or accord
structure | information                     |  C   C   C   ?   C   m   w   -   C   C   -   m   -   C  | 4.3.5 works for a structure that is a member
ended     | information                     |  -   -   -   -   C   -   w   -   C   C   -   -   -   C  | 2.2 end = has left; design 7: period running
begins    | information                     |  -   -   -   -   C   -   w   -   C   C   -   -   -   C  | design 7: period running
managed   | information                     |  C   -   -   C   w   m   w   -   C   C   -   m   -   C  | design 7: a structure is a member only if itself a participant
named     | information                     |  C   -   -   r   C   m   w   -   C   C   C   m   -   C  | 2.2 niveau-acces; 2.7 NOK reads what the person allowed
active    | information:draft               |  -   -   -   -   w   -   w   -   C   C   -   -   -   C  | 2.5 draft is without effect
active    | information:withdrawn           |  -   -   -   -   w   -   w   -   C   C   -   -   -   C  | 2.5 withdrawing = inactive + period.end
active    | information:over                |  -   -   -   -   w   -   w   -   C   C   -   -   -   C  | 2.5 provision.period
active    | information partage             |  C   -   -   C   C   m   w   -   C   C   -   m   P   C  | 4.3.6
none      | partage                         |  -   -   -   -   w   -   w   -   C   C   -   -   P   C  | 4.3.6 outside the circle
active    | information partage:purpose     |  C   -   -   C   C   m   w   -   C   C   -   m   -   C  | 4.3.6 with a matching purpose
active    | information partage:over        |  C   -   -   C   C   m   w   -   C   C   -   m   -   C  | 4.3.6 within provision.period
active    | information partage:withdrawn   |  C   -   -   C   C   m   w   -   C   C   -   m   -   C  | 2.5
active    | information partage:letter      |  C   -   -   C   C   m   w   -   C   C   -   m   L   C  | 4.3.6 document type inside class/code
active    | information partage deny:other  |  C   -   -   C   C   m   w   -   C   C   -   m   -   C  | 2.5 an opposition always wins
active    | information deny:all            |  -   -   -   -   w   -   w   -   C   C   -   -   -   -  | 4.3.4 everyone, each keeps its own; 4.3.3 first; 4.3.8 never against it
active    | information deny:practice       |  -   -   -   -   C   m   w   -   C   C   -   m   -   -  | 4.3.4 its structure, a parent structure
active    | information deny:purpose        |  -   -   -   -   C   m   w   -   C   C   -   m   -   -  | design 7: an opposition's purpose narrows nothing
active    | information deny:doctor         |  -   -   -   C   C   m   w   -   C   C   -   m   -   C  | 2.5 same PractitionerRole
active    | information deny:circle         |  -   -   -   -   w   -   w   -   C   C   -   -   -   C  | 2.5 a CareTeam of which it is a current member
active    | information deny:caregiver      |  C   -   -   C   C   m   w   -   C   C   -   -   -   C  | 2.5 RelatedPerson
active    | information deny:hospital       |  C   -   -   C   C   m   w   -   C   C   -   m   -   C  | 4.3.4 a structure still reads what it wrote
active    | information deny:letters        |  K   -   -   K   K   m   w   -   C   C   -   m   -   K  | 2.5 code narrows: LOINC document type
active    | information deny:withdrawn      |  C   -   -   C   C   m   w   -   C   C   -   m   -   C  | 2.5 withdrawal
active    | information deny:draft          |  C   -   -   C   C   m   w   -   C   C   -   m   -   C  | 2.5 draft is without effect
`

export const ROWS: Row[] = TABLE.trim().split('\n').slice(1).map(readRow)

function readRow(line: string): Row {
  const [circle = '', consents = '', cells = '', restsOn = ''] = line.split('|').map(part => part.trim())
  const letters = cells.split(/\s+/) as Cell[]
  if (letters.length !== ACTORS.length) throw new Error(`${letters.length} cells: ${line}`)
  return {
    name: `circle ${circle}, consents ${consents || 'none'}`,
    circle: circle as Circle,
    consents: consents.split(/\s+/).filter(one => one !== ''),
    cells: Object.fromEntries(ACTORS.map((who, place) => [who, letters[place]])) as Record<Who, Cell>,
    restsOn,
  }
}

/** The types asked of each person, and whose structure wrote them. */
export const WRITTEN_BY = {
  Patient: undefined,
  CareTeam: 'dac',
  CarePlan: 'dac',
  Goal: 'dac',
  Observation: 'dac',
  Encounter: 'hos',
  DocumentReference: 'hos',
} as const
export type Asked = keyof typeof WRITTEN_BY
export const TYPES = Object.keys(WRITTEN_BY) as Asked[]

/** Scopes of the sandbox that do not open all of these types: 403, whatever the person (4.3.1). */
const SCOPE: Partial<Record<Who, Asked[]>> = { soc: ['CarePlan'], hos: ['Patient', 'Encounter', 'DocumentReference'], cpt: ['Patient'] }

export type Sight = 'whole' | 'subset' | 'either' | 'hidden' | 'scope' | 'unsaid'

/** What a level shows of each type (4.4); what is not named is hidden. */
const SHOWN: Record<Cell, (type: Asked, who: Who) => Sight> = {
  C: () => 'whole',
  K: type => (type === 'DocumentReference' ? 'hidden' : 'whole'),
  L: type => (type === 'DocumentReference' ? 'either' : 'hidden'),
  P: type => (type === 'Patient' ? 'either' : 'unsaid'),
  r: type =>
    (
      ({
        Patient: 'subset',
        CarePlan: 'subset',
        CareTeam: 'either',
        Goal: 'unsaid',
        Observation: 'hidden',
        Encounter: 'unsaid',
        DocumentReference: 'hidden',
      }) as const
    )[type],
  m: (type, who) =>
    (
      ({
        Patient: 'subset',
        CarePlan: who === 'soc' ? 'subset' : 'unsaid',
        CareTeam: 'unsaid',
        Goal: 'hidden',
        Observation: 'hidden',
        Encounter: 'unsaid',
        DocumentReference: 'hidden',
      }) as const
    )[type],
  w: (type, who) => (WRITTEN_BY[type] === who ? 'whole' : 'hidden'),
  '-': () => 'hidden',
  '?': () => 'unsaid',
}

export function sightOf(row: Row, who: Who, type: Asked): Sight {
  return SCOPE[who]?.includes(type) === false ? 'scope' : SHOWN[row.cells[who]](type, who)
}

/** Documents with a hard block, of a person with an active circle who was informed (4.3, design 7). */
export const FLAGGED: { flag: string; shown: Who[]; hidden: Who[] }[] = [
  { flag: 'MASQUE_PS', shown: ['per', 'gua'], hidden: ['doc', 'cab', 'dac', 'btg', 'col', 'str'] },
  { flag: 'INVISIBLE_PATIENT', shown: ['doc', 'cab', 'dac', 'btg', 'hos'], hidden: ['per', 'col', 'str', 'nok'] },
  { flag: 'INVISIBLE_REPRESENTANTS_LEGAUX', shown: ['doc', 'cab', 'dac', 'btg', 'hos', 'per'], hidden: ['gua', 'col', 'str'] },
]

/** Who reads a Consent (2.5): the person, the representative, the collecting structure and DAC, the MT; an opposed actor nothing of it. */
export const CONSENT_READERS: { consents: string[]; consent: string; shown: Who[]; hidden: Who[] }[] = [
  { consents: ['information'], consent: 'information', shown: ['per', 'gua', 'dac', 'doc'], hidden: ['cab', 'col', 'pra', 'str', 'nok', 'car', 'btg', 'cpt'] },
  {
    consents: ['information', 'deny:practice'],
    consent: 'deny:practice',
    shown: ['per', 'gua', 'dac'],
    hidden: ['doc', 'cab', 'col', 'pra', 'str', 'btg', 'cpt'],
  },
  { consents: ['information', 'deny:hospital'], consent: 'deny:hospital', shown: ['per', 'gua', 'dac', 'doc'], hidden: ['cab', 'col', 'str', 'btg'] },
]
