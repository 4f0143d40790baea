/*
  Asks the ledger, in one statement, all that decisions of the same moment rest on: who asks, about whom, and who wrote what is looked at.
*/
import { type AuthorsRow, authorsSql, personKeys, type PersonRights, personsSql } from '../../ledger/rights/access.ts'
import type { Tx } from '../../ledger/db.ts'
import type { Actor } from '../callers/actor.ts'
import { type CallerRows, callerKeys, partyOfCaller, rolesSql, structuresSql } from './actor-party.ts'
import type { Party } from './party.ts'

/** One part of what a decision rests on. */
export interface RightsQuestion {
  actor?: Actor
  /** `Patient/<id>`s. */
  patients?: readonly string[]
  /** `Type/<id>`s whose authors are asked for. */
  resources?: readonly string[]
}

/** Of all who asked together. */
export interface RightsAnswer {
  partyOf(actor: Actor): Party
  persons: Map<string, PersonRights>
  authors: Map<string, string[]>
}

const all = (sql: string): string => `(select coalesce(json_agg(one), '[]') from (${sql}) one)`

const ASK = `select ${all(structuresSql('$1', '$2', '$3'))} as structures, ${all(rolesSql('$4', '$5', '$6'))} as roles,
  ${all(personsSql('$7', '$8'))} as persons, ${all(authorsSql('$9'))} as authors`

interface AskedRow extends CallerRows {
  persons: PersonRights[]
  authors: AuthorsRow[]
}

export async function askRights(tx: Tx, questions: readonly RightsQuestion[]): Promise<RightsAnswer> {
  // Many calls of one client are one question.
  const callers = new Map(questions.flatMap(({ actor }) => (actor === undefined ? [] : [[keyOf(actor), actor] as const])))
  const patients = [...new Set(questions.flatMap(one => one.patients ?? []))]
  const resources = [...new Set(questions.flatMap(one => one.resources ?? []))]
  const keys = callerKeys([...callers.values()])
  const { rows } = await tx.query<AskedRow>(ASK, [...keys.structures, ...keys.roles, ...personKeys(patients), resources], 'access-asked')
  const { structures = [], roles = [], persons = [], authors = [] } = rows[0] ?? {}
  const parties = new Map([...callers].map(([key, actor], n) => [key, partyOfCaller(actor, n, { structures, roles })]))
  return {
    partyOf(actor) {
      const party = parties.get(keyOf(actor))
      if (party === undefined) throw new RangeError('a caller who was not asked for')
      return party
    },
    persons: new Map(persons.map(person => [person.patient, person])),
    authors: new Map(authors.map(({ resource, structures: wrote }) => [resource, wrote])),
  }
}

const keyOf = ({ clientId, kind, context, structure, user, person }: Actor): string => JSON.stringify([clientId, kind, context, structure, user, person])
