/*
  One replay: how far it is, what it would do, and what may be done with it.
*/
import { useEffect, useState } from 'preact/hooks'
import { post, useApi } from '../../api.ts'
import { toFault } from '../../fault.ts'
import { count, share, when } from '../../formats.ts'
import { textsIn } from '../../language.ts'
import { ReasonDialog } from '../../parts/dialog.tsx'
import { Await } from '../../parts/states.tsx'
import type { Place } from '../../router.ts'
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
            <Summary replay={replay} />
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

function Summary({ replay }: { replay: ReplayRow }) {
  const texts = textsIn(REPLAY)
  const { state, total, messages, resources, notified, by, at, reason, filter } = replay
  const progress = progressOf(replay)
  return (
    <section class="card" aria-label={texts.progress}>
      <p>
        <strong role="status">{texts.states[state]}</strong> · {by}, {when(at)} · {reason}
      </p>
      <p class="quiet">
        {Object.entries(filter).map(([name, value]) => (
          <code key={name}>
            {name}={value}{' '}
          </code>
        ))}
      </p>
      <progress value={progress} max={1} aria-label={texts.progress}>
        {share(progress)}
      </progress>
      <p>{texts.counts(written({ total, ...messages }))}</p>
      <p>{texts.resources(written(resources))}</p>
      <p data-notified={notified}>{notified === 0 ? texts.nobody : texts.notified(count(notified))}</p>
      {replay.committedBy !== null && <p>{texts.done(written(messages))}</p>}
    </section>
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
            {texts.commit}
          </button>
        )}
        {isGoing(state) && (
          <button type="button" data-act="stop" class="plain" onClick={() => setAct('stop')}>
            {texts.stop}
          </button>
        )}
      </p>
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
