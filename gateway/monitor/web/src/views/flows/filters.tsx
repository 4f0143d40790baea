/*
  The filters of the list, named as in the API.
*/
import { DOCUMENT_TYPES } from '../../document-type.ts'
import { textsIn } from '../../language.ts'
import { type Field, FilterForm } from '../../parts/filter-form.tsx'
import type { Place } from '../../router.ts'
import { FLOWS } from '../../texts/flows.ts'
import { statusWord } from '../../texts/statuses.ts'
import { isReversed } from './window.ts'

/** What of the address is asked of the API. */
export const FILTERS = [
  'from',
  'to',
  'partner',
  'sender',
  'direction',
  'kind',
  'documentType',
  'status',
  'code',
  'controlId',
  'documentId',
  'messageId',
  'finding',
  'path',
] as const

const STATUSES = ['received', 'running', 'waiting', 'parked', 'refused', 'complete']

interface FlowFiltersProps {
  place: Place
  /** Typed in, kept in no address. */
  person: string
  onPerson: (person: string) => void
}

export function FlowFilters({ place, person, onPerson }: FlowFiltersProps) {
  const texts = textsIn(FLOWS)
  const { first, more } = fieldsOf()
  return (
    <FilterForm
      place={place}
      label={texts.filters}
      fields={first}
      more={more}
      moreLabel={texts.more}
      check={({ from, to }) => (isReversed(from, to) ? texts.reversed : undefined)}
      onApply={form => onPerson(String(form.get('person') ?? '').trim())}
      onClear={() => onPerson('')}
    >
      <label class="field" htmlFor="person">
        {texts.fields.person}
        <input id="person" name="person" defaultValue={person} autoComplete="off" spellcheck={false} />
        <small>{texts.hints.person}</small>
      </label>
    </FilterForm>
  )
}

function fieldsOf(): { first: Field[]; more: Field[] } {
  const { fields, hints, directions, kinds } = textsIn(FLOWS)
  return {
    first: [
      { name: 'from', label: fields.from, kind: 'time' },
      { name: 'to', label: fields.to, kind: 'time', hint: hints.to },
      { name: 'status', label: fields.status, kind: 'choice', options: STATUSES.map(one => [one, statusWord(one)]) },
      { name: 'partner', label: fields.partner },
      { name: 'controlId', label: fields.controlId },
      { name: 'documentId', label: fields.documentId },
      { name: 'documentType', label: fields.documentType, kind: 'choice', options: DOCUMENT_TYPES },
    ],
    more: [
      { name: 'sender', label: fields.sender },
      { name: 'direction', label: fields.direction, kind: 'choice', options: Object.entries(directions) },
      { name: 'kind', label: fields.kind, kind: 'choice', options: Object.entries(kinds) },
      { name: 'code', label: fields.code, placeholder: hints.code },
      { name: 'messageId', label: fields.messageId },
      { name: 'finding', label: fields.finding, placeholder: hints.finding },
      { name: 'path', label: fields.path, placeholder: hints.path },
    ],
  }
}
