/*
  The line in time: what was told of the person, each with the state of its delivery, and what is missing where it is missing.
*/
import { documentType } from '../../document-type.ts'
import { duration, when } from '../../formats.ts'
import { textsIn } from '../../language.ts'
import { Status, type Tone } from '../../parts/status.tsx'
import { PERSONS } from '../../texts/persons.ts'
import { statusWord } from '../../texts/statuses.ts'
import type { Gap, Item } from './shapes.ts'

const TONES: Readonly<Record<string, Tone>> = { delivered: 'good', partly: 'bad', 'under-way': 'running', undelivered: 'bad', held: 'waiting' }

export function Line({ items, gaps }: { items: readonly Item[]; gaps: readonly Gap[] }) {
  return (
    <ol class="journey" aria-label={textsIn(PERSONS).line}>
      {items.map(item => (
        <li key={item.id} data-id={item.id} data-kind={item.kind} data-delivery={item.delivery}>
          <ItemShown item={item} />
          {gaps
            .filter(({ after }) => after === item.id)
            .map(gap => (
              <GapShown key={`${gap.kind} ${gap.expected ?? ''}`} gap={gap} />
            ))}
        </li>
      ))}
    </ol>
  )
}

function ItemShown({ item }: { item: Item }) {
  const texts = textsIn(PERSONS)
  const { kind, type, changes, flow, delivery, counts } = item
  const counted = Object.entries(counts).map(([status, number]) => `${number} ${statusWord(status)}`)
  return (
    <>
      <div class="heading">
        <span>
          <strong>{texts.kinds[kind] ?? kind}</strong> {texts.types[type] ?? type} {item.documentType !== null && documentType(item.documentType)}{' '}
          <Status tone={TONES[delivery] ?? 'neutral'} text={texts.deliveries[delivery] ?? delivery} />
        </span>
        <time class="quiet" dateTime={item.at}>
          {when(item.at)}
        </time>
      </div>
      <p class="quiet">
        {changes.map(change => texts.changes[change] ?? change).join(', ')}
        {counted.length > 0 && ` · ${counted.join(', ')}`}
        {flow !== null && (
          <>
            {' '}
            ·{' '}
            <a href={`/monitor/flows/${flow.id}`}>
              {texts.openFlow} <bdi>{flow.controlId || flow.id}</bdi>
            </a>
          </>
        )}
      </p>
    </>
  )
}

function GapShown({ gap }: { gap: Gap }) {
  const texts = textsIn(PERSONS)
  const lasted = Date.parse(gap.to ?? new Date().toISOString()) - Date.parse(gap.from)
  return (
    <p class="missing" data-gap={gap.expected ?? gap.kind}>
      <span aria-hidden="true">⚠</span> {texts.gaps[gap.expected ?? gap.kind]} {gap.kind !== 'undelivered' && `(${duration(lasted)})`}
    </p>
  )
}
