/*
  The steps of a flow: when, how long each took, how often it was tried, and the exact error in a sentence.
*/
import { duration, when } from '../../formats.ts'
import { language, textsIn } from '../../language.ts'
import { Status, type Tone } from '../../parts/status.tsx'
import { FLOW } from '../../texts/flow.ts'
import type { Step } from './shapes.ts'

const TONES: Readonly<Record<string, Tone>> = {
  ok: 'good',
  AA: 'good',
  delivered: 'good',
  accepted: 'good',
  read: 'good',
  complet: 'good',
  restreint: 'good',
  minimal: 'good',
  planned: 'running',
  sending: 'running',
  sent: 'running',
  waiting: 'waiting',
  parked: 'bad',
  failed: 'bad',
  stopped: 'bad',
  unconfirmed: 'waiting',
  AE: 'bad',
  AR: 'bad',
  refused: 'bad',
  returned: 'bad',
}

export const toneOf = (outcome: string): Tone => TONES[outcome] ?? 'neutral'

export const TimeLine = ({ steps }: { steps: readonly Step[] }) => (
  <ol class="time-line">
    {steps.map((step, at) => (
      <StepShown key={at} step={step} />
    ))}
  </ol>
)

function StepShown({ step }: { step: Step }) {
  const texts = textsIn(FLOW)
  const { outcome, recipient, code, attempt, durationMs, sentence } = step
  return (
    <li data-step={step.step} data-outcome={outcome}>
      <div class="heading">
        <span>
          <strong>{texts.steps[step.step] ?? step.step}</strong> <Status tone={toneOf(outcome)} text={texts.outcomes[outcome] ?? outcome} />
          {recipient !== undefined && (
            <>
              {' '}
              {texts.to} <bdi>{recipient}</bdi>
            </>
          )}
        </span>
        <span class="quiet">
          <time dateTime={step.at}>{when(step.at)}</time>
          {durationMs !== null && (
            <span class="duration">
              {' '}
              · {texts.after} {duration(durationMs)}
            </span>
          )}
          {attempt !== undefined && (
            <span class="attempt">
              {' '}
              · {attempt} {attempt > 1 ? texts.attempts : texts.attempt}
            </span>
          )}
        </span>
      </div>
      {sentence !== undefined && <p>{sentence[language()]}</p>}
      {code !== undefined && <code class="quiet">{code.replace(' at ', ' · ')}</code>}
    </li>
  )
}
