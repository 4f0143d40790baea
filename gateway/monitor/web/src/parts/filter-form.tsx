/*
  The filters of a view: a form bound to the address, so that the view is its address.
*/
import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { textsIn } from '../language.ts'
import { addressWith, go, type Place } from '../router.ts'
import { PARTS } from '../texts/parts.ts'
import { changedFrom, toLocal } from './local-time.ts'

export interface Field {
  /** As the API names it: the parameter of the address. */
  name: string
  label: string
  kind?: 'text' | 'time' | 'choice'
  /** Of a choice: value and what is read; `All` comes first by itself. */
  options?: readonly (readonly [value: string, label: string])[]
  /** Of a choice that means something else than `All` where nothing is chosen. */
  unchosen?: string
  hint?: string
  /** An example. */
  placeholder?: string
}

interface FilterFormProps {
  place: Place
  /** Says what is filtered, to a screen reader. */
  label: string
  fields: readonly Field[]
  /** Those behind `More filters`; open when one of them is set. */
  more?: readonly Field[]
  moreLabel?: string
  /** More controls of the form, before its buttons. */
  children?: ComponentChildren
  /** What forbids these filters, as a sentence. */
  check?: (chosen: Readonly<Record<string, string>>) => string | undefined
  /** Parameters that fall back to the first page, beside those of the form. */
  resets?: readonly string[]
  /** What its button says, where it does more than filter. */
  action?: string | undefined
  /** Before the address changes: for what stands in no address. */
  onApply?: (form: FormData) => void
  /** Beside the parameters: what stands in no address is forgotten too. */
  onClear?: () => void
}

export function FilterForm({
  place,
  label,
  fields,
  more = [],
  moreLabel = '',
  children,
  check,
  resets = ['after'],
  action,
  onApply,
  onClear,
}: FilterFormProps) {
  const texts = textsIn(PARTS)
  const [wrong, setWrong] = useState<string>()
  const all = [...fields, ...more]
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    const form = new FormData(event.currentTarget)
    const chosen = Object.fromEntries(all.map(field => [field.name, read(field, form, place)]))
    const refusal = check?.(chosen)
    setWrong(refusal)
    if (refusal !== undefined) return
    onApply?.(form)
    go(addressWith({ ...chosen, ...Object.fromEntries(resets.map(name => [name, undefined])) }, place))
  }
  return (
    <search>
      {/* The address is the truth: another one makes the fields anew. */}
      <form class="filters" aria-label={label} onSubmit={submit} key={place.query.toString()}>
        <div class="fields">
          {fields.map(field => (
            <FieldOf key={field.name} field={field} value={place.query.get(field.name) ?? ''} />
          ))}
          {children}
        </div>
        {more.length > 0 && (
          <details open={more.some(field => place.query.has(field.name))}>
            <summary>{moreLabel}</summary>
            <div class="fields">
              {more.map(field => (
                <FieldOf key={field.name} field={field} value={place.query.get(field.name) ?? ''} />
              ))}
            </div>
          </details>
        )}
        {wrong !== undefined && (
          <p role="alert" class="wrong">
            {wrong}
          </p>
        )}
        <div class="actions">
          <button type="submit">{action ?? texts.apply}</button>
          <a class="button plain" href={place.path} onClick={onClear}>
            {texts.clear}
          </a>
        </div>
      </form>
    </search>
  )
}

const read = ({ name, kind }: Field, form: FormData, { query }: Place): string => {
  const value = String(form.get(name) ?? '').trim()
  return kind === 'time' ? changedFrom(query.get(name) ?? '', value) : value
}

function FieldOf({ field: { name, label, kind = 'text', options = [], unchosen, hint, placeholder }, value }: { field: Field; value: string }) {
  const texts = textsIn(PARTS)
  const id = useId()
  return (
    <label class="field" htmlFor={id}>
      {label}
      {kind === 'text' && <input id={id} name={name} defaultValue={value} placeholder={placeholder} autoComplete="off" spellcheck={false} />}
      {kind === 'time' && (
        <input id={id} name={name} type="datetime-local" defaultValue={toLocal(value)} step={/:00Z?$/.test(value) || value === '' ? 60 : 1} />
      )}
      {kind === 'choice' && (
        <select id={id} name={name} defaultValue={value}>
          <option value="">{unchosen ?? texts.any}</option>
          {options.map(([one, text]) => (
            <option key={one} value={one} selected={one === value}>
              {text}
            </option>
          ))}
        </select>
      )}
      {hint !== undefined && <small>{hint}</small>}
    </label>
  )
}
