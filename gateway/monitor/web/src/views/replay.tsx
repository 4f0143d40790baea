/*
  Replay with dry run: choose, see the difference before anything happens, commit what was shown, stop. The replay is in the address: a page that is lost or loaded again finds it.
*/
import { useState } from 'preact/hooks'
import { post, useApi } from '../api.ts'
import { DOCUMENT_TYPES } from '../document-type.ts'
import { count, when } from '../formats.ts'
import { textsIn } from '../language.ts'
import { ReasonDialog } from '../parts/dialog.tsx'
import { type Field, FilterForm } from '../parts/filter-form.tsx'
import { Await, Empty } from '../parts/states.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { go, type Place } from '../router.ts'
import { FLOWS } from '../texts/flows.ts'
import { REPLAY } from '../texts/replay.ts'
import { statusWord } from '../texts/statuses.ts'
import type { ViewProps } from '../views.ts'
import { OneReplay } from './replay/one-replay.tsx'
import type { ReplayRow } from './replay/replay-item.ts'

export function Replay({ place, viewer }: ViewProps) {
  const texts = textsIn(REPLAY)
  const id = place.query.get('id')
  const [mayAct, isClosed] = [viewer.role === 'operator', viewer.role === 'observer']
  return (
    <>
      <h1>{texts.title}</h1>
      <p class="quiet">{texts.intro}</p>
      {isClosed && <Empty text={texts.closed} />}
      {!isClosed && id === null && <Choose place={place} mayAct={mayAct} />}
      {!isClosed && id !== null && <OneReplay key={id} id={id} place={place} mayAct={mayAct} />}
    </>
  )
}

function Choose({ place, mayAct }: { place: Place; mayAct: boolean }) {
  const texts = textsIn(REPLAY)
  const [isAsking, setIsAsking] = useState(false)
  const { first, more } = fieldsOf()
  const begin = async (reason: string): Promise<void> => {
    const filter = Object.fromEntries([...first, ...more].flatMap(({ name }) => (place.query.get(name) ? [[name, place.query.get(name)]] : [])))
    const { id } = await post<ReplayRow>('/monitor/api/replays', { filter, reason })
    go(`/monitor/replay?id=${id}`)
  }
  return (
    <>
      <FilterForm
        place={place}
        label={texts.filters}
        fields={first}
        more={more}
        moreLabel={texts.more}
        action={mayAct ? texts.begin : undefined}
        onApply={() => setIsAsking(mayAct)}
        check={({ from = '', to = '' }) => (from !== '' && to !== '' && from > to ? texts.reversed : undefined)}
      />
      <ReasonDialog title={texts.begin} text={texts.beginText} action={texts.begin} isOpen={isAsking} onReason={begin} onClose={() => setIsAsking(false)} />
      <Earlier />
    </>
  )
}

const STATUSES = ['complete', 'running', 'waiting', 'parked'] as const

function fieldsOf(): { first: Field[]; more: Field[] } {
  const { fields, hints } = textsIn(FLOWS)
  return {
    first: [
      { name: 'from', label: fields.from, kind: 'time' },
      { name: 'to', label: fields.to, kind: 'time', hint: hints.to },
      { name: 'sender', label: fields.sender },
      { name: 'documentType', label: fields.documentType, kind: 'choice', options: DOCUMENT_TYPES },
      { name: 'controlId', label: fields.controlId },
    ],
    more: [
      { name: 'status', label: fields.status, kind: 'choice', options: STATUSES.map(one => [one, statusWord(one)] as const) },
      { name: 'documentId', label: fields.documentId },
      { name: 'finding', label: fields.finding, placeholder: hints.finding },
      { name: 'path', label: fields.path, placeholder: hints.path },
    ],
  }
}

function Earlier() {
  const texts = textsIn(REPLAY)
  const asked = useApi<{ items: ReplayRow[] }>('/monitor/api/replays?limit=20')
  return (
    <section aria-label={texts.earlier}>
      <h2>{texts.earlier}</h2>
      <Await asked={asked}>{({ items }) => <Table label={texts.earlier} columns={columns()} rows={items} idOf={one => one.id} empty={texts.none} />}</Await>
    </section>
  )
}

function columns(): Column<ReplayRow>[] {
  const { columns: titles, states } = textsIn(REPLAY)
  return [
    { name: 'at', title: titles.at, cell: one => <a href={`/monitor/replay?id=${one.id}`}>{when(one.at)}</a> },
    { name: 'state', title: titles.state, cell: one => states[one.state] },
    { name: 'messages', title: titles.messages, cell: one => count(one.total), isNumber: true },
    { name: 'by', title: titles.by, cell: one => one.by },
    { name: 'reason', title: titles.reason, cell: one => one.reason },
  ]
}
