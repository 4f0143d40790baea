/*
  How a partner does, cell by cell: a sign, a word, and what it rests on.
*/
import { ago, count, day, duration, share, when } from '../../formats.ts'
import { textsIn, titled } from '../../language.ts'
import { Status, type Tone } from '../../parts/status.tsx'
import { PARTNERS } from '../../texts/partners.ts'
import type { Holding, Level, Partner } from './partner.ts'

const LEVELS: Readonly<Record<Level['state'], Tone>> = { kept: 'good', missed: 'bad', unproven: 'neutral' }
const CONNECTIONS: Readonly<Record<Partner['connection']['state'], Tone>> = { up: 'good', away: 'bad', idle: 'neutral' }
const CERTIFICATES: Readonly<Record<'valid' | 'expiring' | 'expired', Tone>> = { valid: 'good', expiring: 'waiting', expired: 'bad' }

export const Seen = ({ at }: { at: string | null }) =>
  at === null ? (
    <span class="quiet">{textsIn(PARTNERS).never}</span>
  ) : (
    <time dateTime={at} title={when(at)}>
      {ago(at)}
    </time>
  )

export function Connection({ partner: { connection } }: { partner: Partner }) {
  const texts = textsIn(PARTNERS)
  const { state, since, waiting, code } = connection
  return (
    <>
      <Status tone={CONNECTIONS[state]} text={texts.connections[state]} />
      {since !== null && (
        <small class="line">
          {texts.since(when(since))}, {texts.waiting(count(waiting))} <code>{code}</code>
        </small>
      )}
    </>
  )
}

export function Certificate({ partner: { certificate } }: { partner: Partner }) {
  const texts = textsIn(PARTNERS)
  if (certificate === null) return <span class="quiet">–</span>
  return (
    <>
      <Status tone={CERTIFICATES[certificate.state]} text={texts.certificates[certificate.state]} />
      {certificate.endsAt !== null && <small class="line">{texts.ends(day(certificate.endsAt))}</small>}
    </>
  )
}

/** What came and what went, one above the other. */
export function Flows({ partner: { received, sent } }: { partner: Partner }) {
  const { received: came, sent: went } = textsIn(PARTNERS).columns
  return (
    <>
      <span class="line">
        {titled(came, '')}
        <Exchanged of={received} />
      </span>
      <span class="line">
        {titled(went, '')}
        <Exchanged of={sent} />
      </span>
    </>
  )
}

export const Exchanged = ({ of: { flows, failures } }: { of: { flows: number; failures: number } }) => (
  <>
    {count(flows)}
    {failures > 0 && <small class="line">{textsIn(PARTNERS).failures(count(failures))}</small>}
  </>
)

export const Levels = ({ levels }: { levels: readonly Level[] }) => (
  <>
    {levels.map(level => (
      <LevelOf key={level.to} level={level} />
    ))}
  </>
)

function LevelOf({ level }: { level: Level }) {
  const texts = textsIn(PARTNERS)
  const { to, reached, state, flows, windowHours } = level
  const text = texts.reached({
    reached: share(reached),
    share: share(level.share),
    seconds: duration(level.seconds * 1000),
    flows: count(flows),
    hours: count(windowHours),
  })
  return (
    <div class="level">
      <Status tone={LEVELS[state]} text={titled(texts.level(texts.to_[to] ?? to), texts.levels[state])} />
      {reached !== null && (
        <>
          <meter min={0} max={1} low={level.share} high={level.share} optimum={1} value={reached} aria-label={text} />
          <small class="line">{text}</small>
        </>
      )}
    </div>
  )
}

export function Silence({ partner: { silence, lastSeen } }: { partner: Partner }) {
  const texts = textsIn(PARTNERS)
  // Nothing is expected of a feed that has never spoken.
  if (silence === null || lastSeen === null) return <span class="quiet">–</span>
  const { rule, isSilent, since } = silence
  const word = typeof rule === 'string' ? texts.silences[rule] : texts.longest(count(rule.longestMinutes))
  return (
    <>
      {rule === 'off' || <Status tone={isSilent ? 'bad' : 'good'} text={isSilent ? texts.silent : texts.speaks} />}
      <small class="line">{isSilent && since !== null ? texts.since(when(since)) : word}</small>
    </>
  )
}

interface HeldProps {
  partner: Partner
  mayAct: boolean
  onAct: (holding: Holding) => void
}

/** Held or not, and what may be done about it. */
export function Held({ partner, mayAct, onAct }: HeldProps) {
  const texts = textsIn(PARTNERS)
  const { paused, canPause, name } = partner
  const act = paused === null ? 'pause' : 'resume'
  return (
    <>
      <Status tone={paused === null ? 'running' : 'waiting'} text={paused === null ? texts.running : texts.held} />
      {paused !== null && (
        <small class="line">
          {paused.reason === null ? texts.heldBy(paused.by, when(paused.at)) : titled(texts.heldBy(paused.by, when(paused.at)), paused.reason)}
        </small>
      )}
      {mayAct && canPause && (
        <button type="button" class="plain" aria-label={`${texts[act]} ${name}`} onClick={() => onAct({ partner, act })}>
          {texts[act]}
        </button>
      )}
    </>
  )
}
