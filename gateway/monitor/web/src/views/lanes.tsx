/*
  The lanes that stand still: why, since when, how many wait behind, and what may be done; looked at again every few seconds.
*/
import { useState } from 'preact/hooks'
import { post, useApi } from '../api.ts'
import { toFault } from '../fault.ts'
import { when } from '../formats.ts'
import { textsIn } from '../language.ts'
import { ReasonDialog } from '../parts/dialog.tsx'
import { useEvery } from '../parts/every.ts'
import { FilterForm } from '../parts/filter-form.tsx'
import { Await } from '../parts/states.tsx'
import { Table } from '../parts/table.tsx'
import { addressWith } from '../router.ts'
import { LANES } from '../texts/lanes.ts'
import type { ViewProps } from '../views.ts'
import { AsideTable } from './lanes/aside.tsx'
import { laneColumns } from './lanes/columns.tsx'
import { type Acting, type LanePage, movedSince, pathOf } from './lanes/lane.ts'

const LOOK_EVERY_MS = 4000

export function Lanes({ place, viewer }: ViewProps) {
  const texts = textsIn(LANES)
  const { query } = place
  const chosen = new URLSearchParams([...query].filter(([name]) => ['state', 'kind', 'after'].includes(name)))
  const lanes = useApi<LanePage>(`/monitor/api/lanes?${chosen}`)
  const [acting, setActing] = useState<Acting>()
  const [told, setTold] = useState('')
  const [turn, setTurn] = useState(0)
  const look = (): void => {
    lanes.again()
    setTurn(one => one + 1)
  }
  useEvery(LOOK_EVERY_MS, look)
  const mayAct = viewer.role === 'operator'
  return (
    <>
      <h1>{texts.title}</h1>
      <p class="quiet">{texts.intro}</p>
      <FilterForm place={place} label={texts.filters} fields={fields()} />
      <p role="status" class={told === '' ? 'quiet' : 'state'}>
        {told}
      </p>
      <Await asked={lanes}>
        {({ items, next }) => (
          <>
            <Table label={texts.title} columns={laneColumns({ mayAct, onAct: setActing })} rows={items} idOf={lane => lane.key} empty={texts.empty} />
            <nav class="actions" aria-label={texts.next}>
              {query.has('after') && <a href={addressWith({ after: undefined }, place)}>{texts.first}</a>}
              {next !== null && <a href={addressWith({ after: next }, place)}>{texts.next}</a>}
            </nav>
          </>
        )}
      </Await>
      <AsideTable turn={turn} mayAct={mayAct} onAct={setActing} />
      <ActDialog acting={acting} onTold={setTold} onClose={() => setActing(undefined)} onDone={look} />
    </>
  )
}

function fields() {
  const { state, states, words, kind, kinds } = textsIn(LANES)
  return [
    { name: 'state', label: state, kind: 'choice', unchosen: words.parked, options: Object.entries(states) },
    { name: 'kind', label: kind, kind: 'choice', options: Object.entries(kinds) },
  ] as const
}

interface ActDialogProps {
  acting: Acting | undefined
  onTold: (text: string) => void
  onClose: () => void
  onDone: () => void
}

/** Sends what was seen along: who comes second is told what happened, and nothing is done. */
function ActDialog({ acting, onTold, onClose, onDone }: ActDialogProps) {
  const texts = textsIn(LANES)
  const send = async (reason: string): Promise<void> => {
    if (acting === undefined) return
    onTold('')
    try {
      await post(pathOf(acting), acting.version === undefined ? { reason } : { reason, version: acting.version })
      onTold(texts.done[acting.act])
    } catch (error) {
      const fault = toFault(error)
      if (fault.status !== 409) throw fault
      const last = movedSince(fault)
      const word = last === undefined ? '' : ` ${texts.last({ ...last, act: texts.acts[last.act], at: when(last.at) })}`
      onTold(`${texts.moved}${word}`)
    }
    onDone()
  }
  return (
    <ReasonDialog
      title={acting === undefined ? '' : texts.acts[acting.act]}
      text={acting === undefined ? undefined : texts.explained[acting.act]}
      action={acting === undefined ? '' : texts.acts[acting.act]}
      isOpen={acting !== undefined}
      onReason={send}
      onClose={onClose}
    />
  )
}
