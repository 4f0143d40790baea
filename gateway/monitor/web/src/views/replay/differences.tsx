/*
  The differences of one message, resource by resource, element by element; what may name a person is hidden until it is asked for with a reason.
*/
import { useState } from 'preact/hooks'
import { post } from '../../api.ts'
import { textsIn } from '../../language.ts'
import { ReasonDialog } from '../../parts/dialog.tsx'
import { REPLAY } from '../../texts/replay.ts'
import type { DifferenceRow, ItemRow, ResourceRow } from './replay-item.ts'

interface DifferencesProps {
  item: ItemRow
  replay: string
  mayAct: boolean
}

const HIDDEN = '•••'

export function Differences({ item, replay, mayAct }: DifferencesProps) {
  const texts = textsIn(REPLAY)
  const [revealed, setRevealed] = useState<ResourceRow[]>()
  const [isAsking, setIsAsking] = useState(false)
  const resources = revealed ?? item.resources
  const isHiding = JSON.stringify(resources).includes(HIDDEN)
  const reveal = async (reason: string): Promise<void> => {
    setRevealed((await post<ItemRow>(`/monitor/api/replays/${replay}/items/${item.id}/reveal`, { reason })).resources)
  }
  return (
    <>
      {resources.map(one => (
        <OneResource key={one.resource} one={one} />
      ))}
      {isHiding && mayAct && (
        <button
          type="button"
          class="plain"
          data-act="reveal"
          aria-label={`${texts.reveal}: ${item.controlId || item.messageId}`}
          onClick={() => setIsAsking(true)}
        >
          {texts.reveal}
        </button>
      )}
      <ReasonDialog title={texts.reveal} text={texts.revealText} action={texts.reveal} isOpen={isAsking} onReason={reveal} onClose={() => setIsAsking(false)} />
    </>
  )
}

function OneResource({ one: { resource, outcome, difference } }: { one: ResourceRow }) {
  const texts = textsIn(REPLAY)
  return (
    <details data-resource={resource}>
      <summary>
        {resource}: {texts.outcomes[outcome]}
      </summary>
      {difference.length > 0 && (
        <table aria-label={texts.difference(resource)}>
          <thead>
            <tr>
              <th scope="col">{texts.differences.path}</th>
              <th scope="col">{texts.differences.was}</th>
              <th scope="col">{texts.differences.becomes}</th>
            </tr>
          </thead>
          <tbody>
            {difference.map(step => (
              <Step key={`${step.op} ${step.path}`} step={step} />
            ))}
          </tbody>
        </table>
      )}
    </details>
  )
}

const Step = ({ step: { path, was, value } }: { step: DifferenceRow }) => (
  <tr data-path={path}>
    <td>
      <code>{path || '/'}</code>
    </td>
    <td>
      <Value value={was} />
    </td>
    <td>
      <Value value={value} />
    </td>
  </tr>
)

const LONGEST = 2000

/** Text, whatever it holds. */
function Value({ value }: { value: unknown }) {
  if (value === undefined) return <span class="quiet">–</span>
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 1)
  return <code>{text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</code>
}
