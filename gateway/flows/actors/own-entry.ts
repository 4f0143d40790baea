/*
  What of an entry of the directory decides who comes in by it, what he may see and where mail goes: of one that stands it is changed by the structure that wrote it first, some of it by whom it names.
*/
import type { Draft, Objection, Write } from '../care-flow.ts'
import { changedMembers, placeOf } from '../person.ts'

export interface Guarded {
  /** Changed by who wrote it first alone. */
  first: readonly string[]
  /** And by himself. */
  own: readonly string[]
}

export async function refuseForeign(write: Write, draft: Draft, { first, own }: Guarded): Promise<void> {
  const changed = draft.before === undefined ? [] : changedMembers(draft.before, draft.resource).filter(one => first.includes(one) || own.includes(one))
  if (changed.length === 0 || (await write.wrote(placeOf(draft)))) return
  // Software acts for those who work at its structure, but a role there is soon written.
  const isSelf = (draft.type !== 'Practitioner' || write.actor.user !== undefined) && (await write.actsFor(placeOf(draft)))
  for (const element of changed) if (!isSelf || first.includes(element)) write.refuse(draft, { ...NOT_OWN, element })
}

const NOT_OWN: Objection = {
  rule: 'directory.not-own',
  text: {
    en: 'Whom this names, or the structure that wrote it first, changes this element.',
    fr: 'Cet élément est modifié par celui qu’il désigne, ou par la structure qui l’a écrit en premier.',
  },
}
