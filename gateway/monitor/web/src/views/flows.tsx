/*
  The list of flows: what came in a window of time, by any filter of the API, newest first; the view is its address.
*/
import { Fragment } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useApi } from '../api.ts'
import { documentType } from '../document-type.ts'
import { count, duration, when } from '../formats.ts'
import { textsIn } from '../language.ts'
import { Await } from '../parts/states.tsx'
import { Status } from '../parts/status.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { addressWith, chosenIn, go, type Place } from '../router.ts'
import { FLOWS } from '../texts/flows.ts'
import { statusTone, statusWord } from '../texts/statuses.ts'
import type { ViewProps } from '../views.ts'
import { FILTERS, FlowFilters } from './flows/filters.tsx'
import { errorOf, type FlowItem, type FlowPage, recipientsOf, stateOf, tookMs } from './flows/flow-item.ts'
import { type Csv, WindowBar } from './flows/window-bar.tsx'
import { defaultStart, startOf, WINDOWS } from './flows/window.ts'

export function Flows({ place }: ViewProps) {
  const texts = textsIn(FLOWS)
  const [person, setPerson] = useState('')
  const isBounded = place.query.has('from')
  useEffect(() => {
    if (!isBounded) go(addressWith({ from: defaultStart(place.query, Date.now()) }, place), { replace: true })
  }, [isBounded, place])
  const asked = useFlows(isBounded ? place : undefined, person)
  return (
    <>
      <h1>{texts.title}</h1>
      <FlowFilters place={place} person={person} onPerson={setPerson} />
      {isBounded && (
        <>
          <WindowBar place={place} page={asked.json} csv={csvOf(place, person)} isOfPerson={person !== ''} />
          <Await asked={asked}>{page => <FlowTable page={page} place={place} />}</Await>
        </>
      )}
    </>
  )
}

/** A person is asked for in a body: in no address, no history, no log. */
function useFlows(place: Place | undefined, person: string) {
  const chosen = place === undefined ? undefined : chosenIn(place, [...FILTERS, 'after', 'limit'])
  const isPosted = person !== '' && chosen !== undefined
  const path = chosen === undefined ? undefined : isPosted ? '/monitor/api/flows/search' : `/monitor/api/flows?${new URLSearchParams(chosen)}`
  return useApi<FlowPage>(path, isPosted ? { ...chosen, person: { value: person } } : undefined)
}

function csvOf(place: Place, person: string): Csv {
  const chosen = chosenIn(place, FILTERS)
  if (person === '') return { path: `/monitor/api/flows.csv?${new URLSearchParams(chosen)}` }
  return { path: '/monitor/api/flows.csv', body: { ...chosen, person: { value: person } } }
}

function FlowTable({ page: { items, next }, place }: { page: FlowPage; place: Place }) {
  const texts = textsIn(FLOWS)
  return (
    <>
      {items.length === 0 ? <NoFlow place={place} /> : <Table label={texts.title} columns={columns()} rows={items} idOf={flow => flow.id} />}
      <nav class="actions" aria-label={texts.next}>
        {place.query.has('after') && (
          <a class="button plain" href={addressWith({ after: undefined }, place)}>
            {texts.first}
          </a>
        )}
        {next !== null && (
          <a class="button" rel="next" href={addressWith({ after: next }, place)}>
            {texts.next}
          </a>
        )}
      </nav>
    </>
  )
}

/** What is sought may be older than a day. */
function NoFlow({ place }: { place: Place }) {
  const texts = textsIn(FLOWS)
  return (
    <div class="state">
      <p class="quiet">{texts.empty}</p>
      <a class="button plain" href={addressWith({ from: startOf(WINDOWS.P13M, Date.now()), to: undefined, after: undefined }, place)}>
        {texts.wider}
      </a>
    </div>
  )
}

function columns(): Column<FlowItem>[] {
  const { columns: titles } = textsIn(FLOWS)
  return [
    { name: 'at', title: titles.at, cell: flow => when(flow.steps[0]?.at) },
    {
      name: 'message',
      title: titles.message,
      cell: flow => (
        <a class="short" href={`/monitor/flows/${flow.id}`} title={flow.controlId}>
          {flow.controlId || flow.id}
        </a>
      ),
    },
    { name: 'sender', title: titles.sender, cell: flow => flow.sender },
    { name: 'type', title: titles.type, cell: flow => documentType(flow.documentType) },
    { name: 'status', title: titles.status, cell: flow => <Status tone={statusTone(stateOf(flow))} text={statusWord(stateOf(flow))} /> },
    { name: 'error', title: titles.code, cell: flow => <code>{errorOf(flow)}</code> },
    { name: 'recipients', title: titles.recipients, cell: flow => <Recipients flow={flow} /> },
    { name: 'took', title: titles.took, cell: flow => duration(tookMs(flow)), isNumber: true },
  ]
}

function Recipients({ flow }: { flow: FlowItem }) {
  const texts = textsIn(FLOWS)
  const counts = recipientsOf(flow)
  const said = (['delivered', 'failed', 'open'] as const).filter(one => counts[one] > 0)
  return (
    <span>
      {said.length === 0 && '–'}
      {said.map((one, at) => (
        <Fragment key={one}>
          {at > 0 && ' · '}
          <span class={one === 'failed' ? 'bad' : ''}>{`${count(counts[one])} ${texts[one]}`}</span>
        </Fragment>
      ))}
    </span>
  )
}
