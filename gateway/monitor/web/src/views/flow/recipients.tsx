/*
  Who received it and who did not, with the reason in a plain sentence that says what to do.
*/
import { language, textsIn, titled } from '../../language.ts'
import { Empty } from '../../parts/states.tsx'
import { Status, type Tone } from '../../parts/status.tsx'
import { FLOW } from '../../texts/flow.ts'
import type { Recipient } from './shapes.ts'

const ON_ITS_WAY = new Set(['planned', 'sending', 'sent'])

function standingOf({ received, status, level }: Recipient): { tone: Tone; text: string } {
  const texts = textsIn(FLOW)
  if (received) return { tone: 'good', text: texts.received }
  if (ON_ITS_WAY.has(status)) return { tone: 'running', text: texts.underWay }
  return level === 'aucun' ? { tone: 'neutral', text: texts.notMeant } : { tone: 'bad', text: texts.notReceived }
}

export function Recipients({ items }: { items: readonly Recipient[] }) {
  if (items.length === 0) return <Empty text={textsIn(FLOW).noRecipients} />
  return (
    <ul class="recipients">
      {items.map(item => (
        <RecipientShown key={item.id} item={item} />
      ))}
    </ul>
  )
}

function RecipientShown({ item }: { item: Recipient }) {
  const texts = textsIn(FLOW)
  return (
    <li class="card" data-id={item.id} data-recipient={item.recipient} data-received={String(item.received)}>
      <div class="heading">
        <h3>
          <bdi>{item.recipient}</bdi>
        </h3>
        <Status {...standingOf(item)} />
      </div>
      <p class="why">
        {item.sentence[language()]} {item.code === 'lane.parked' && <a href="/monitor/lanes">{texts.toLanes}</a>}
      </p>
      {item.errorSentence !== undefined && !item.received && <p>{titled(texts.lastError, item.errorSentence[language()])}</p>}
      <p class="quiet">
        {texts.level} <code>{item.level}</code> · {texts.rule} <code>{item.rule}</code>
        {item.code !== null && (
          <>
            {' '}
            · {texts.reason} <code>{item.code}</code>
          </>
        )}
        {item.error !== null && (
          <>
            {' '}
            · {texts.lastError} <code>{item.error}</code>
          </>
        )}
      </p>
    </li>
  )
}
