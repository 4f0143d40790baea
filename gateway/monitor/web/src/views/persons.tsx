/*
  A person's journey, asked for by a number that stands in no address: typed in, sent in a body, forgotten with the page.
*/
import { useState } from 'preact/hooks'
import { post } from '../api.ts'
import { type Fault, toFault } from '../fault.ts'
import { textsIn } from '../language.ts'
import { Empty, Failed } from '../parts/states.tsx'
import { PARTS } from '../texts/parts.ts'
import { PERSONS } from '../texts/persons.ts'
import type { ViewProps } from '../views.ts'
import { Line } from './persons/line.tsx'
import './persons/persons.css'
import type { PersonJourney } from './persons/shapes.ts'

interface Order {
  identifier: string
  system: string
  reason: string
}

export function Persons(_props: ViewProps) {
  const texts = textsIn(PERSONS)
  const [order, setOrder] = useState<Order>({ identifier: '', system: '', reason: '' })
  const [journey, setJourney] = useState<PersonJourney>()
  const [fault, setFault] = useState<Fault>()
  const [isAsking, setIsAsking] = useState(false)
  const ask = async (asked: Order): Promise<void> => {
    setOrder(asked)
    setFault(undefined)
    setJourney(undefined)
    setIsAsking(true)
    try {
      const { system, ...rest } = asked
      setJourney(await post<PersonJourney>('/monitor/api/persons', { ...rest, ...(system === '' ? {} : { system }) }))
    } catch (error) {
      setFault(toFault(error))
    } finally {
      setIsAsking(false)
    }
  }
  return (
    <>
      <h1>{texts.title}</h1>
      <p class="quiet">{texts.intro}</p>
      <Question order={order} isAsking={isAsking} onAsk={ask} />
      <div aria-live="polite" aria-busy={isAsking}>
        {fault !== undefined && (fault.code === 'identity.unknown' ? <Empty text={texts.unknown} /> : <Failed fault={fault} />)}
        {journey?.systems !== undefined && <Systems systems={journey.systems} onChoose={system => ask({ ...order, system })} />}
        {journey?.isTruncated === true && <p class="quiet">{texts.truncated}</p>}
        {journey?.items !== undefined && <Line items={journey.items} gaps={journey.gaps ?? []} />}
      </div>
    </>
  )
}

function Question({ order, isAsking, onAsk }: { order: Order; isAsking: boolean; onAsk: (order: Order) => void }) {
  const texts = textsIn(PERSONS)
  const shared = textsIn(PARTS)
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    const sent = new FormData(event.currentTarget)
    const text = (name: string): string => String(sent.get(name) ?? '').trim()
    onAsk({ identifier: text('identifier'), system: text('system'), reason: text('reason') })
  }
  return (
    <form class="filters" autoComplete="off" onSubmit={submit}>
      <div class="fields">
        <label class="field">
          {texts.identifier}
          <input name="identifier" required maxLength={100} autoComplete="off" spellcheck={false} />
          <small>{texts.identifierHint}</small>
        </label>
        <label class="field">
          {texts.system}
          <input key={order.system} name="system" maxLength={200} autoComplete="off" defaultValue={order.system} />
          <small>{texts.systemHint}</small>
        </label>
        <label class="field">
          {shared.reason}
          <input name="reason" required minLength={3} maxLength={500} autoComplete="off" />
          <small>{shared.reasonHint}</small>
        </label>
      </div>
      <div class="actions">
        <button type="submit" disabled={isAsking}>
          {texts.show}
        </button>
      </div>
    </form>
  )
}

function Systems({ systems, onChoose }: { systems: readonly string[]; onChoose: (system: string) => void }) {
  const texts = textsIn(PERSONS)
  return (
    <div class="card">
      <p>{texts.several}</p>
      <ul>
        {systems.map(system => (
          <li key={system}>
            <button type="button" class="plain" onClick={() => onChoose(system)}>
              <bdi>{system}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
