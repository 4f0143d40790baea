/*
  Every door × caller × type × circle × consent, on the real stack, against a table written apart: no leak, no over-refusal.
*/
import { describe, expect, it } from 'vitest'
import { eachOf } from '../support/each.ts'
import { readSandbox } from '../support/sandbox.ts'
import { type Caller, ownCallers, sharedCallers } from './callers.ts'
import { agrees, DOORS } from './doors.ts'
import { ACTORS, CONSENT_READERS, FLAGGED, ROWS, type Row, type Sight, sightOf, TYPES, type Who } from './expected.ts'
import { type Person, personIn, settingOf } from './setting.ts'

const AT_ONCE = 6
const MINUTES = 60_000

type Callers = Record<Who, Caller>

const sandbox = readSandbox()

const setting = await settingOf(sandbox)

let shared: { callers: Awaited<ReturnType<typeof sharedCallers>>; until: number } | undefined

/** Tokens live for five minutes. */
async function withCallers(person: Person): Promise<Callers> {
  if (shared === undefined || shared.until < Date.now()) shared = { callers: await sharedCallers(sandbox, setting), until: Date.now() + 3 * MINUTES }
  return { ...shared.callers, ...(await ownCallers(sandbox, person)) }
}

interface Question {
  who: Who
  /** What is asked, as a message names it. */
  what: string
  reference: string
  door: string
  sight: Sight
}

/** Asks every question. Out: a line for each answer that the table does not give. */
async function differencesOf(person: Person, questions: readonly Question[]): Promise<string[]> {
  const callers = await withCallers(person)
  const found = await eachOf(questions, AT_ONCE, async ({ who, what, reference, door, sight }) => {
    const seen = (await DOORS[door]?.(callers[who], { patient: person.patient, reference })) ?? 'unexpected door'
    return agrees(seen, sight) ? undefined : `${who} × ${what} × ${door}: ${seen}, the table says ${sight}`
  })
  return found.filter(one => one !== undefined)
}

const ALL_DOORS = Object.keys(DOORS)
const FURTHER = ALL_DOORS.slice(1)

/** Each cell is read, and asked at one further door in turn: over the rows each door meets each caller and each type. */
function questionsOf(row: Row, person: Person): Question[] {
  const cells = ACTORS.flatMap(who => TYPES.map(type => ({ who, type, sight: sightOf(row, who, type) })))
  return cells.flatMap(({ who, type, sight }, place) => {
    const reference = person.wrote[type]
    if (reference === undefined || sight === 'unsaid') return []
    const door = FURTHER[(place + ROWS.indexOf(row)) % FURTHER.length] ?? 'read'
    const atEverything = door === 'everything' ? everythingOf(sight, sightOf(row, who, 'Patient')) : sight
    const question = { who, what: type, reference }
    return [{ ...question, door: 'read', sight }, ...(atEverything === undefined ? [] : [{ ...question, door, sight: atEverything }])]
  })
}

/** `$everything` starts from a person who is seen; it asks for the scope of Patient and passes over types without scope. */
function everythingOf(sight: Sight, ofPatient: Sight): Sight | undefined {
  if (sight === 'scope' || ofPatient === 'scope' || ofPatient === 'unsaid') return undefined
  return ofPatient === 'hidden' ? 'hidden' : sight
}

describe('what each caller sees of a person', () => {
  it.each(ROWS)('$name ($restsOn)', async row => {
    const person = await personIn(setting, row)
    const questions = questionsOf(row, person)
    expect(questions.length).toBeGreaterThan(80)
    expect(await differencesOf(person, questions)).toEqual([])
  })
})

const sights = (shown: Who[], hidden: Who[]): { who: Who; sight: Sight }[] => [
  ...shown.map(who => ({ who, sight: 'whole' as const })),
  ...hidden.map(who => ({ who, sight: 'hidden' as const })),
]

describe('a document with a hard block', () => {
  it('is hidden by its own rule from whom it names, and from nobody else of the circle', async () => {
    const person = await personIn(setting, { circle: 'active', consents: ['information'], flags: FLAGGED.map(({ flag }) => flag) })
    const questions = FLAGGED.flatMap(({ flag, shown, hidden }) =>
      sights(shown, hidden).flatMap(cell => ALL_DOORS.map(door => ({ ...cell, what: flag, reference: person.wrote[flag] ?? '', door }))),
    )
    expect(
      await differencesOf(
        person,
        questions.filter(({ who, door }) => who !== 'hos' || door !== 'everything'),
      ),
    ).toEqual([])
  })
})

describe('a Consent is read by the person, his representative, the structure that collected it, the DAC and the médecin traitant', () => {
  it.each(CONSENT_READERS)('$consent', async ({ consents, consent, shown, hidden }) => {
    const person = await personIn(setting, { circle: 'active', consents })
    const asked = { what: consent, reference: person.wrote[consent] ?? '' }
    const questions = sights(shown, hidden).flatMap(cell => ['read', 'search', 'batch read'].map(door => ({ ...cell, ...asked, door })))
    expect(await differencesOf(person, questions)).toEqual([])
  })
})
