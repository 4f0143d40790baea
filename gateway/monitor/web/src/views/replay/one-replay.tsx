/*
  One replay: how far it is, what it would do, and what may be done with it.
*/
import { useEffect, useState } from 'preact/hooks'
import { post, useApi } from '../../api.ts'
import { toFault } from '../../fault.ts'
import { count, share, when } from '../../formats.ts'
import { textsIn, titled } from '../../language.ts'
import { ReasonDialog } from '../../parts/dialog.tsx'
import { Await } from '../../parts/states.tsx'
import { addressWith, type Place } from '../../router.ts'
import { FLOWS } from '../../texts/flows.ts'
import { REPLAY } from '../../texts/replay.ts'
import { Items } from './items.tsx'
import { isGoing, progressOf, type ReplayRow } from './replay-item.ts'

interface OneReplayProps {
  id: string
  place: Place
  mayAct: boolean
}

const LOOK_EVERY_MS = 1000

export function OneReplay({ id, place, mayAct }: OneReplayProps) {
  const texts = textsIn(REPLAY)
  const asked = useApi<ReplayRow>(`/monitor/api/replays/${id}`)
  const { again, json } = asked
  const isMoving = json === undefined || isGoing(json.state)
  useEffect(() => {
    if (!isMoving) return
    const timer = setInterval(() => document.hidden || again(), LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [isMoving, again])
  return (
    <>
      <p>
        <a href="/monitor/replay">{texts.another}</a>
      </p>
      <Await asked={asked}>
        {replay => (
          <article data-id={replay.id} data-state={replay.state}>
            <Summary replay={replay} place={place} />
            {mayAct && <Acts replay={replay} onDone={again} />}
            <Items replay={replay} place={place} mayAct={mayAct} />
          </article>
        )}
      </Await>
    </>
  )
}

const written = <Name extends string>(counts: Record<Name, number>): Record<Name, string> =>
  Object.fromEntries(Object.entries<number>(counts).map(([name, number]) => [name, count(number)])) as Record<Name, string>

function Summary({ replay, place }: { replay: ReplayRow; place: Place }) {
  const texts = textsIn(REPLAY)
  const { state, total, messages, resources, notified, by, at, reason, filter } = replay
  const progress = progressOf(replay)
  return (
    <section class="card" aria-label={texts.progress}>
      <p>
        <strong role="status">{texts.states[state]}</strong> · {by}, {when(at)} · {reason}
      </p>
      <p class="quiet">{Object.entries(filter).map(chosen).join(' · ')}</p>
      <progress value={progress} max={1} aria-label={texts.progress}>
        {share(progress)}
      </progress>
      {messages.computed < total && <p data-computed={messages.computed}>{texts.computed({ computed: count(messages.computed), total: count(total) })}</p>}
      {messages.computed === total && (
        <>
          <p>{texts.counts(written({ total, ...messages }))}</p>
          <p>{texts.resources(written(resources))}</p>
          <p data-notified={notified}>{notified === 0 ? texts.nobody : texts.notified(count(notified))}</p>
        </>
      )}
      <Course replay={replay} />
      <ToLookAt messages={messages} place={place} />
    </section>
  )
}

/** One choice of the filter, in the words of its form. */
function chosen([name, value]: [string, string]): string {
  const labels: Readonly<Record<string, string>> = textsIn(FLOWS).fields
  return titled(labels[name] ?? name, name === 'from' || name === 'to' ? when(value) : value)
}

/** Who committed and who stopped, and how far it is. */
function Course({ replay }: { replay: ReplayRow }) {
  const texts = textsIn(REPLAY)
  const { state, messages, committedBy, committingAt, commitReason, stoppedBy, endedAt, stopReason } = replay
  return (
    <>
      {committedBy !== null && (
        <p>
          {texts.committedBy(committedBy, when(committingAt), commitReason ?? '')}
          <br />
          {texts.done(written(messages))}
        </p>
      )}
      {state === 'stopped' && stoppedBy !== null && <p>{texts.stoppedBy(stoppedBy, when(endedAt), stopReason ?? '')}</p>}
    </>
  )
}

const WORTH_A_LOOK = ['refused', 'skipped', 'failed'] as const

/** Leads to the messages that are not as one might expect, each with its reason. */
function ToLookAt({ messages, place }: { messages: ReplayRow['messages']; place: Place }) {
  const texts = textsIn(REPLAY)
  const some = WORTH_A_LOOK.filter(name => messages[name] > 0)
  if (some.length === 0) return null
  return (
    <p>
      {texts.lookAt}{' '}
      {some.map(name => (
        <span key={name}>
          <a href={addressWith({ show: name, after: undefined }, place)}>
            {count(messages[name])} {texts.show[name]}
          </a>{' '}
        </span>
      ))}
    </p>
  )
}

function Acts({ replay, onDone }: { replay: ReplayRow; onDone: () => void }) {
  const texts = textsIn(REPLAY)
  const [act, setAct] = useState<'commit' | 'stop'>()
  const [told, setTold] = useState('')
  const { state, messages, notified } = replay
  const mayCommit = state === 'shown' || (state === 'stopped' && messages.computed === replay.total)
  const send = async (reason: string): Promise<void> => {
    if (act === undefined) return
    setTold('')
    try {
      await post(`/monitor/api/replays/${replay.id}/${act}`, { reason })
    } catch (error) {
      const fault = toFault(error)
      if (fault.status !== 409) throw fault
      setTold(`${texts.moved} ${changedIn(fault.said).join(', ')}`)
    }
    onDone()
  }
  return (
    <>
      <p class="actions">
        {mayCommit && messages.changed + notified > 0 && (
          <button type="button" data-act="commit" onClick={() => setAct('commit')}>
            {state === 'stopped' ? texts.goOn : texts.commit}
          </button>
        )}
        {isGoing(state) && (
          <button type="button" data-act="stop" class="plain" onClick={() => setAct('stop')}>
            {texts.stop}
          </button>
        )}
      </p>
      {state === 'shown' && messages.changed + notified === 0 && messages.unchanged > 0 && <p>{texts.nothingToCommit}</p>}
      {state === 'stopped' && !mayCommit && <p>{texts.stoppedEarly}</p>}
      <p role="status" class={told === '' ? 'quiet' : 'state'}>
        {told}
      </p>
      <ReasonDialog
        title={act === undefined ? '' : texts[act]}
        text={act === 'commit' ? texts.commitText(count(messages.changed)) : texts.stopText}
        action={act === undefined ? '' : texts[act]}
        isOpen={act !== undefined}
        onReason={send}
        onClose={() => setAct(undefined)}
      />
    </>
  )
}

/** The resources that changed since, as the refusal lists them. */
function changedIn(said: unknown): string[] {
  const items: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, 'items') : undefined
  return Array.isArray(items) ? items.flatMap((one: { resources?: string[] }) => one.resources ?? []) : []
}
