/*
  The view Overview: what needs a human first, then what flows, how long it takes and what fails, live.
*/
import { useEffect, useState } from 'preact/hooks'
import { type Asked, useApi } from '../api.ts'
import { ago, count, when } from '../formats.ts'
import { textsIn } from '../language.ts'
import { Await } from '../parts/states.tsx'
import { addressWith, type Place } from '../router.ts'
import { useStream } from '../stream.ts'
import { OVERVIEW } from '../texts/overview.ts'
import { overviewPath, type ViewProps } from '../views.ts'
import { startOf, type WindowName, WINDOWS } from './flows/window.ts'
import { Attended } from './overview/attended.tsx'
import { Charts } from './overview/charts.tsx'
import { Shares } from './overview/shares.tsx'
import { type Away, type Live, type Told, withLive } from './overview/told.ts'
import './overview/overview.css'

/** The numbers are asked for again so often; what happens between is added from the stream. */
const AGAIN_MS = 60_000
/** With a filter the stream does not say what is to be added. */
const FILTERED_AGAIN_MS = 5000

export function Overview({ place }: ViewProps) {
  const texts = textsIn(OVERVIEW)
  const { isAway, ...asked } = useOverview(place)
  return (
    <>
      <h1>{texts.title}</h1>
      <p role="status" class={isAway ? 'state failed' : ''}>
        {isAway && asked.json && texts.away(when(asked.json.at))}
      </p>
      <Await asked={asked}>
        {told => (
          <>
            <Attended attention={told.attention} health={told.health} />
            <Window place={place} told={told} />
            <Totals told={told} />
            <Charts told={told} />
            <Shares place={place} told={told} />
          </>
        )}
      </Await>
    </>
  )
}

/** What was asked for, kept up with what streams in. */
function useOverview(place: Place): Asked<Told> & { isAway: boolean } {
  const asked = useApi<Told>(overviewPath(place))
  const [live, setLive] = useState<Live>()
  const [isAway, setIsAway] = useState(false)
  const isWhole = ['to', 'partner', 'kind', 'direction'].every(name => !place.query.get(name))
  const isOpen = !place.query.has('to')
  const { again } = asked
  const hasEnded = asked.fault?.status === 401
  const onEvent = (told: Live | Away): void => {
    setIsAway('isAway' in told)
    if (!('isAway' in told)) setLive(told)
  }
  useStream<Live | Away>(hasEnded ? undefined : '/monitor/api/live', 'live', { onEvent, onRefused: again })
  useEffect(() => {
    if (!isOpen || hasEnded) return
    const timer = setInterval(again, isWhole ? AGAIN_MS : FILTERED_AGAIN_MS)
    return () => clearInterval(timer)
  }, [again, isOpen, isWhole, hasEnded])
  const { json } = asked
  if (json === undefined || live === undefined || live.at <= json.at) return { ...asked, isAway }
  const fresh = isWhole && isOpen ? withLive(json, live) : { ...json, attention: live.attention, health: live.health }
  return { ...asked, isAway, json: fresh }
}

function Window({ place, told: { from, to } }: { place: Place; told: Told }) {
  const texts = textsIn(OVERVIEW)
  const isOpen = !place.query.has('to')
  return (
    <div class="heading window">
      <p>
        {when(from)} → {isOpen ? texts.now : when(to)}
        {isOpen && <span class="quiet"> · {texts.until(ago(to))}</span>}
      </p>
      <nav aria-label={texts.window} class="windows">
        {(Object.keys(WINDOWS) as WindowName[]).map(name => (
          <a key={name} href={addressWith({ from: startOf(WINDOWS[name], Date.now()), to: undefined }, place)}>
            {texts.windows[name]}
          </a>
        ))}
      </nav>
    </div>
  )
}

function Totals({ told: { totals } }: { told: Told }) {
  const texts = textsIn(OVERVIEW)
  return (
    <dl class="totals">
      {(['in', 'out', 'failures'] as const).map(name => (
        <div key={name} class="card" data-id={name}>
          <dt>{texts[name]}</dt>
          <dd class={name === 'failures' && totals.failures > 0 ? 'bad' : ''}>{count(totals[name])}</dd>
        </div>
      ))}
    </dl>
  )
}
