/*
  An edition of a plan on paper: the plan, whom it is for, who is around the person, objectives, actions, dates, and which version it is.
  Spec: fhir-fr.md 2.1 (content model of the HAS); cda.md 6.4.
*/
import type { CareTeam, Patient } from 'fhir/r4.js'
import { nameIn, type NameOf } from '../care-plan-diff/change.ts'
import { behind, capitalised, dateInWords } from '../care-plan-diff/words.ts'
import { namesOf } from '../care-plan-to-cda/record-target.ts'
import { type Block, facts, type Readable } from '../readable/readable.ts'
import { describeEdition, type Edition } from './rendition.ts'

export interface EditionOnPaper extends Edition {
  patient: Patient
  circle: CareTeam
  writtenAt: Date
}

export function mapEditionToReadable(edition: EditionOnPaper): Readable {
  const { patient, circle, nameOf, writtenAt } = edition
  const { title, standing, facts: said, parts } = describeEdition(edition)
  const around = membersOf(circle, nameOf, writtenAt)
  return {
    title,
    writtenAt,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      { kind: 'paragraph', text: standing, isBold: true },
      { kind: 'heading', level: 2, text: 'La personne' },
      ...facts(traitsOf(patient)),
      { kind: 'heading', level: 2, text: 'Le plan' },
      ...facts(said),
      ...(around.length === 0 ? [] : part('Cercle de soins', around)),
      ...parts.flatMap(one => part(one.title, one.items)),
    ],
  }
}

const part = (title: string, items: readonly string[]): Block[] => [
  { kind: 'heading', level: 2, text: title },
  { kind: 'list', items: [...items] },
]

export function traitsOf(patient: Patient): [string, string | undefined][] {
  const { birthDate, gender } = patient
  const [birth, usual] = Object.values(namesOf(patient)).map(name => [name?.family, name?.given?.[0]].filter(word => word !== undefined).join(' '))
  return [
    ['Nom et prénom de naissance', birth],
    ['Nom et prénom utilisés', usual],
    ['Date de naissance', birthDate === undefined ? undefined : dateInWords(birthDate)],
    ['Sexe', gender === 'female' ? 'féminin' : gender === 'male' ? 'masculin' : undefined],
  ]
}

/** `Claire Exemple (infirmière)`; who has left, or has not come yet, is not around. */
function membersOf({ participant = [] }: CareTeam, nameOf: NameOf, at: Date): string[] {
  return participant.flatMap(({ member, role = [], period: { start = '', end = '' } = {} }) => {
    if (member === undefined || member.reference?.startsWith('Patient/') === true) return []
    if (Date.parse(start) > at.getTime() || Date.parse(end) <= at.getTime()) return []
    const roles = role.flatMap(({ text, coding = [] }) => text ?? coding.find(({ display }) => display !== undefined)?.display ?? [])
    return [`${capitalised(nameIn(nameOf, member))}${behind(roles.join(', '))}`]
  })
}
