/*
  The columns of the list of lanes.
*/
import { count, duration, when } from '../../formats.ts'
import { language, textsIn } from '../../language.ts'
import { Status } from '../../parts/status.tsx'
import type { Column } from '../../parts/table.tsx'
import { LANES, type LaneAct } from '../../texts/lanes.ts'
import type { Acting, LaneRow } from './lane.ts'

interface Acts {
  mayAct: boolean
  onAct: (acting: Acting) => void
}

const TONES = { parked: 'bad', waiting: 'waiting', ready: 'running' } as const

export function laneColumns(acts: Acts): Column<LaneRow>[] {
  const { columns, words } = textsIn(LANES)
  return [
    { name: 'state', title: columns.state, cell: lane => <Status tone={TONES[lane.state]} text={words[lane.state]} /> },
    { name: 'reason', title: columns.reason, cell: lane => <Reason lane={lane} /> },
    { name: 'since', title: columns.since, cell: lane => <Age lane={lane} /> },
    { name: 'waiting', title: columns.waiting, cell: lane => count(lane.waiting), isNumber: true },
    { name: 'partner', title: columns.partner, cell: partiesOf },
    { name: 'head', title: columns.head, cell: ({ messageId }) => <FlowLink id={messageId} /> },
    { name: 'acts', title: columns.acts, cell: lane => <Buttons lane={lane} {...acts} /> },
  ]
}

function Reason({ lane: { code, path, text } }: { lane: LaneRow }) {
  if (code === null) return <>{textsIn(LANES).none}</>
  return (
    <>
      {text?.[language()]}{' '}
      <code>
        {code}
        {path !== null && ` · ${path}`}
      </code>
    </>
  )
}

const Age = ({ lane: { since, ageSeconds } }: { lane: LaneRow }) => (
  <time dateTime={since} title={when(since)}>
    {duration(ageSeconds * 1000)}
  </time>
)

export const partiesOf = ({ partner, recipient }: { partner: string | null; recipient: string | null }): string =>
  [partner, recipient].filter(one => one !== null).join(' → ') || textsIn(LANES).none

export function FlowLink({ id }: { id: string | null }) {
  const texts = textsIn(LANES)
  return id === null ? <span>{texts.none}</span> : <a href={`/monitor/flows/${id}`}>{texts.flow}</a>
}

const ACTS: readonly LaneAct[] = ['resume', 'retry', 'set-aside']

/** A lane that waits for its time needs no resuming; one that runs needs nothing. */
const isOffered = (act: LaneAct, { state, depth }: LaneRow): boolean =>
  state !== 'ready' && (act !== 'resume' || state === 'parked') && (act !== 'set-aside' || depth > 0)

function Buttons({ lane, mayAct, onAct }: Acts & { lane: LaneRow }) {
  const texts = textsIn(LANES)
  if (!mayAct) return null
  return (
    <span class="actions">
      {ACTS.filter(act => isOffered(act, lane)).map(act => (
        <button
          key={act}
          type="button"
          class="plain"
          data-act={act}
          aria-label={texts.actOf(texts.acts[act], partiesOf(lane))}
          onClick={() => onAct({ act, id: lane.key, version: lane.version })}
        >
          {texts.acts[act]}
        </button>
      ))}
    </span>
  )
}
