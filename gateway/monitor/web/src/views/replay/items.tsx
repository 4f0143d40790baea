/*
  The messages of a replay: what would change in FHIR, who would be told and who would not.
*/
import { useEffect } from 'preact/hooks'
import { useApi } from '../../api.ts'
import { count } from '../../formats.ts'
import { language, textsIn } from '../../language.ts'
import { Await } from '../../parts/states.tsx'
import { Status } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { addressWith, go, type Place } from '../../router.ts'
import { REPLAY } from '../../texts/replay.ts'
import { statusWord } from '../../texts/statuses.ts'
import { Differences } from './differences.tsx'
import type { ItemPage, ItemRow, ReplayRow } from './replay-item.ts'

interface ItemsProps {
  replay: ReplayRow
  place: Place
  mayAct: boolean
}

const SHOWN = { all: '', changed: 'outcome=changed', refused: 'state=refused', skipped: 'state=skipped', failed: 'state=failed' } as const
type Shown = keyof typeof SHOWN

export function Items({ replay, place, mayAct }: ItemsProps) {
  const texts = textsIn(REPLAY)
  const { changed, computed, committed, refused } = replay.messages
  const show = shownOf(place.query.get('show')) ?? (changed > 0 ? 'changed' : 'all')
  const after = place.query.get('after')
  const asked = useApi<ItemPage>(`/monitor/api/replays/${replay.id}/items?limit=50&${SHOWN[show]}${after === null ? '' : `&after=${after}`}`)
  const { again } = asked
  const moved = `${computed} ${committed} ${refused}`
  useEffect(() => {
    if (moved !== '') again()
  }, [moved, again])
  return (
    <>
      <label class="field">
        {texts.showLabel}
        <select name="show" value={show} onChange={event => go(addressWith({ show: event.currentTarget.value, after: undefined }, place))}>
          {(Object.keys(SHOWN) as Shown[]).map(one => (
            <option key={one} value={one}>
              {texts.show[one]}
            </option>
          ))}
        </select>
      </label>
      <Await asked={asked}>
        {({ items, next }) => (
          <>
            <Table label={texts.columns.messages} columns={columns(replay, mayAct)} rows={items} idOf={one => one.messageId} empty={texts.empty} />
            {next !== null && (
              <p class="actions">
                <a class="button" href={addressWith({ after: next }, place)}>
                  {texts.next}
                </a>
              </p>
            )}
          </>
        )}
      </Await>
    </>
  )
}

const shownOf = (text: string | null): Shown | undefined => (Object.keys(SHOWN) as Shown[]).find(one => one === text)

const TONES = { pending: 'waiting', shown: 'neutral', queued: 'running', committed: 'good', refused: 'bad', failed: 'bad', skipped: 'neutral' } as const

function columns(replay: ReplayRow, mayAct: boolean): Column<ItemRow>[] {
  const { columns: titles, items } = textsIn(REPLAY)
  return [
    { name: 'message', title: titles.message, cell: one => <a href={`/monitor/flows/${one.messageId}`}>{one.controlId || one.messageId}</a> },
    { name: 'state', title: titles.state, cell: one => <Status tone={TONES[one.state]} text={items[one.state]} /> },
    { name: 'what', title: titles.what, cell: one => <What item={one} replay={replay.id} mayAct={mayAct} /> },
    { name: 'notified', title: titles.notified, cell: one => <Told item={one} /> },
  ]
}

function What({ item, replay, mayAct }: { item: ItemRow; replay: string; mayAct: boolean }) {
  const texts = textsIn(REPLAY)
  const { code, text, since, parkedFor, resources, unchanged, state } = item
  return (
    <>
      {parkedFor !== null && (state === 'shown' || state === 'queued') && (
        <p data-parked={parkedFor}>
          {texts.parked} <code>{parkedFor}</code>
        </p>
      )}
      {code !== null && (
        <p>
          {text?.[language()]} <code>{code}</code> {since !== null && since.length > 0 && `${texts.since} ${since.join(', ')}`}
        </p>
      )}
      {resources.length === 0 && code === null && state !== 'pending' && <span class="quiet">{texts.nothing} </span>}
      <Differences item={item} replay={replay} mayAct={mayAct} />
      {unchanged > 0 && (
        <small>
          {' '}
          {count(unchanged)} × {texts.outcomes.unchanged}
        </small>
      )}
    </>
  )
}

function Told({ item: { notices } }: { item: ItemRow }) {
  const texts = textsIn(REPLAY)
  return (
    <ul class="plain">
      {notices.map(one => (
        <li key={`${one.channel} ${one.recipient} ${one.action}`} data-notified={one.isNotified}>
          {one.recipient}: {one.isNotified ? texts.wouldTell : texts.wouldNotTell} ({statusWord(one.reason)})
        </li>
      ))}
    </ul>
  )
}
