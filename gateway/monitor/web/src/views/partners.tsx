/*
  The partners: who they are, how each does, what is wrong with them now; held and let go with a reason. Looked at again every few seconds.
*/
import { useState } from 'preact/hooks'
import { post, useApi } from '../api.ts'
import { toFault } from '../fault.ts'
import { textsIn, titled } from '../language.ts'
import { ReasonDialog } from '../parts/dialog.tsx'
import { useEvery } from '../parts/every.ts'
import { FilterForm } from '../parts/filter-form.tsx'
import { Await } from '../parts/states.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { addressWith } from '../router.ts'
import { PARTNERS } from '../texts/partners.ts'
import type { ViewProps } from '../views.ts'
import { Certificate, Connection, Flows, Held, Levels, Seen, Silence } from './partners/cells.tsx'
import { Detail } from './partners/detail.tsx'
import { Incidents } from './partners/incidents.tsx'
import type { Holding, Incident, Partner } from './partners/partner.ts'
import './partners/partners.css'

const LOOK_EVERY_MS = 5000
const MOST_INCIDENTS = 20

export function Partners({ place, viewer }: ViewProps) {
  const texts = textsIn(PARTNERS)
  const { query } = place
  const window = new URLSearchParams([...query].filter(([name]) => name === 'from' || name === 'to')).toString()
  const chosen = query.get('partner')
  const [acting, setActing] = useState<Holding>()
  const [told, setTold] = useState('')
  const [turn, setTurn] = useState(0)
  // As the fragment of what is asked it goes nowhere: it makes the same question a new one.
  const look = (): void => setTurn(one => one + 1)
  useEvery(LOOK_EVERY_MS, look)
  const shown = { window, turn, mayAct: viewer.role === 'operator', onAct: setActing }
  return (
    <>
      <h1>{texts.title}</h1>
      <p class="quiet">{texts.intro}</p>
      <p role="status" class={told === '' ? 'quiet' : 'state'}>
        {told}
      </p>
      {chosen === null ? <List place={place} {...shown} /> : <Detail id={chosen} {...shown} />}
      <HoldDialog acting={acting} onTold={setTold} onClose={() => setActing(undefined)} onDone={look} />
    </>
  )
}

interface ListProps {
  place: ViewProps['place']
  window: string
  turn: number
  mayAct: boolean
  onAct: (holding: Holding) => void
}

function List({ place, window, turn, mayAct, onAct }: ListProps) {
  const texts = textsIn(PARTNERS)
  const state = place.query.get('state') ?? ''
  const asked = useApi<{ items: Partner[] }>(`/monitor/api/partners?${window}#${turn}`)
  const incidents = useApi<{ items: Incident[] }>(`/monitor/api/incidents?state=${state}&limit=${MOST_INCIDENTS}#${turn}`)
  const fields = [
    { name: 'from', label: texts.from, kind: 'time' },
    { name: 'to', label: texts.to, kind: 'time' },
    { name: 'state', label: texts.which, kind: 'choice', options: Object.entries(texts.states) },
  ] as const
  const check = ({ from = '', to = '' }: Readonly<Record<string, string>>): string | undefined =>
    from !== '' && to !== '' && to < from ? texts.reversed : undefined
  return (
    <>
      <FilterForm place={place} label={texts.filters} fields={fields} check={check} />
      <Incidents asked={incidents} />
      <h2>{texts.title}</h2>
      <Await asked={asked}>
        {({ items }) => <Table label={texts.title} columns={columnsOf({ place, mayAct, onAct })} rows={items} idOf={({ id }) => id} empty={texts.empty} />}
      </Await>
    </>
  )
}

function columnsOf({ place, mayAct, onAct }: Pick<ListProps, 'place' | 'mayAct' | 'onAct'>): Column<Partner>[] {
  const texts = textsIn(PARTNERS)
  const { name, seen, connection, certificate, flows, levels, silence, act } = texts.columns
  return [
    {
      name: 'name',
      title: name,
      cell: one => (
        <>
          <a href={addressWith({ partner: one.id, state: undefined, incident: undefined }, place)}>{one.name}</a>
          <small class="line">
            {one.id} · {texts.kinds[one.kind] ?? one.kind}
            {one.territory !== null && ` · ${one.territory}`}
          </small>
        </>
      ),
    },
    { name: 'seen', title: seen, cell: one => <Seen at={one.lastSeen} /> },
    { name: 'connection', title: connection, cell: one => <Connection partner={one} /> },
    { name: 'certificate', title: certificate, cell: one => <Certificate partner={one} /> },
    { name: 'flows', title: flows, cell: one => <Flows partner={one} /> },
    { name: 'levels', title: levels, cell: one => <Levels levels={one.serviceLevels} /> },
    { name: 'silence', title: silence, cell: one => <Silence partner={one} /> },
    { name: 'act', title: act, cell: one => <Held partner={one} mayAct={mayAct} onAct={onAct} /> },
  ]
}

interface HoldDialogProps {
  acting: Holding | undefined
  onTold: (text: string) => void
  onClose: () => void
  onDone: () => void
}

/** Who comes second is told so, and sees how it stands. */
function HoldDialog({ acting, onTold, onClose, onDone }: HoldDialogProps) {
  const texts = textsIn(PARTNERS)
  const send = async (reason: string): Promise<void> => {
    if (acting === undefined) return
    onTold('')
    try {
      await post(`/monitor/api/partners/${encodeURIComponent(acting.partner.id)}/${acting.act}`, { reason })
      onTold(acting.act === 'pause' ? texts.paused : texts.resumed)
    } catch (error) {
      const fault = toFault(error)
      if (fault.status !== 409) throw fault
      onTold(texts.already)
    }
    onDone()
  }
  const word = acting === undefined ? '' : texts[acting.act]
  return (
    <ReasonDialog
      title={acting === undefined ? '' : titled(word, acting.partner.name)}
      text={acting?.act === 'resume' ? texts.resumeText : texts.pauseText}
      action={word}
      isOpen={acting !== undefined}
      onReason={send}
      onClose={onClose}
    />
  )
}
