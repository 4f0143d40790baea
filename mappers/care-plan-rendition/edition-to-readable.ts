/*
  An edition of a plan on paper: the plan, whom it is for, who is around the person, objectives, actions, dates, and which version it is.
  Spec: fhir-fr.md 2.1 (content model of the HAS); cda.md 6.4.
*/
import type { CareTeam, Patient } from 'fhir/r4.js'
import { nameIn, type NameOf } from '../care-plan-diff/change.ts'
import { capitalised, dateInWords } from '../care-plan-diff/words.ts'
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
  const around = membersOf(circle, nameOf)
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

export function traitsOf({ name = [], birthDate, gender }: Patient): [string, string | undefined][] {
  const birth = name.find(({ use }) => use === 'official') ?? name[0]
  const usual = name.find(({ use }) => use === 'usual')
  return [
    ['Nom et prénom de naissance', [birth?.family, birth?.given?.[0]].filter(word => word !== undefined).join(' ')],
    ['Nom et prénom utilisés', [usual?.family, usual?.given?.[0]].filter(word => word !== undefined).join(' ')],
    ['Date de naissance', birthDate === undefined ? undefined : dateInWords(birthDate)],
    ['Sexe', gender === 'female' ? 'féminin' : gender === 'male' ? 'masculin' : undefined],
  ]
}

/** `Claire Exemple (infirmière)` */
function membersOf({ participant = [] }: CareTeam, nameOf: NameOf): string[] {
  return participant.flatMap(({ member, role = [] }) => {
    if (member === undefined || member.reference?.startsWith('Patient/') === true) return []
    const roles = role.flatMap(({ text, coding = [] }) => text ?? coding.find(({ display }) => display !== undefined)?.display ?? [])
    return [`${capitalised(nameIn(nameOf, member))}${roles.length === 0 ? '' : ` (${roles.join(', ')})`}`]
  })
}
