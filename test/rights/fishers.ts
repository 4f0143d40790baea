/*
  Who fishes, for whom: a person they may not see, somebody who does not exist, and one question put about both.
*/
import type { CarePlan, CareTeam, DocumentReference } from 'fhir/r4.js'
import { expect } from 'vitest'
import { matricule, ownPersons } from '../support/persons.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { type Answered, type Caller, ownCallers, sharedCallers } from './callers.ts'
import { learned, type Subject } from './same.ts'
import { type Person, personIn, type Setting, settingOf } from './setting.ts'

export const FISHERS = ['another DAC', 'a colleague', 'another person'] as const
export type Fisher = (typeof FISHERS)[number]

export interface Fishing {
  setting: Setting
  person: Person
  /** A person whom the fishers do see. */
  seen: Person
  unseen: Subject
  nobody: Subject
  callers: Record<Fisher | 'the DAC' | 'the doctor', Caller>
}

export const idOf = (reference = ''): string => reference.split('/')[1] ?? ''

export async function fishingIn(sandbox: SandboxFile): Promise<Fishing> {
  const setting = await settingOf(sandbox)
  const person = await personIn(setting, { circle: 'active', consents: ['information'] })
  const seen = await personIn(setting, { circle: 'active', consents: ['information', 'partage'] })
  const { str, col, dac, doc } = await sharedCallers(sandbox, setting)
  const { per } = await ownCallers(sandbox, seen)
  const same = { visible: idOf(seen.patient), other: crypto.randomUUID(), structure: setting.otherDac }
  const unseen = { ...(await subjectOf(setting, person)), ...same }
  const likes = Object.fromEntries(Object.entries(unseen).map(([name, value]) => [name, likeOf(value)]))
  return {
    setting,
    person,
    seen,
    unseen,
    nobody: { ...likes, ...same, ins: matricule(ownPersons()) },
    callers: { 'another DAC': str, 'a colleague': col, 'another person': per, 'the DAC': dac, 'the doctor': doc },
  }
}

async function subjectOf({ dac, hospital }: Setting, { patient, ins, wrote }: Person): Promise<Subject> {
  const plan = await dac.read<CarePlan>(wrote['CarePlan'] ?? '')
  const team = await dac.read<CareTeam>(wrote['CareTeam'] ?? '')
  const letter = await hospital.read<DocumentReference>(wrote['DocumentReference'] ?? '')
  const kin = team.participant?.map(({ member }) => member?.reference).find(reference => reference?.startsWith('RelatedPerson/'))
  return {
    patient: idOf(patient),
    ins,
    plan: plan.id,
    planNumber: plan.identifier?.[0]?.value ?? '',
    team: team.id,
    consent: idOf(wrote['information']),
    goal: idOf(wrote['Goal']),
    measure: idOf(wrote['Observation']),
    stay: idOf(wrote['Encounter']),
    letter: letter.id,
    document: letter.masterIdentifier?.value ?? '',
    relative: idOf(kin),
    task: plan.id,
  }
}

/** An id of the same form that nobody has. */
function likeOf(value: string): string {
  return value
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, () => crypto.randomUUID())
    .replace(/\d{3,}$/, digits => '9'.repeat(digits.length))
}

/** Both answers are the same to whoever asked. */
export async function expectSame({ unseen, nobody }: Fishing, ask: (subject: Subject) => Promise<Answered>): Promise<void> {
  const [about, like] = [await ask(unseen), await ask(nobody)]
  expect(learned(about, unseen).split('\n')).toEqual(learned(like, nobody).split('\n'))
}
