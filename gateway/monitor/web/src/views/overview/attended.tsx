/*
  What needs a human now, and how each part of the hub is.
*/
import { ago, count } from '../../formats.ts'
import { hubPart } from '../../hub-part.ts'
import { language, textsIn, titled } from '../../language.ts'
import { Status } from '../../parts/status.tsx'
import { OVERVIEW } from '../../texts/overview.ts'
import type { Attention, Health } from './told.ts'

export function Attended({ attention, health }: { attention: readonly Attention[]; health: readonly Health[] }) {
  const texts = textsIn(OVERVIEW)
  return (
    <div class="attended">
      <section class="card" aria-label={texts.attention}>
        <h2>{texts.attention}</h2>
        {attention.length === 0 ? (
          <p>
            <Status tone="good" text={texts.nothing} />
          </p>
        ) : (
          <ul class="needs">
            {attention.map(item => (
              <Need key={`${item.kind} ${item.subject ?? ''} ${item.code ?? ''}`} item={item} />
            ))}
          </ul>
        )}
      </section>
      <section class="card" aria-label={texts.health}>
        <h2>{texts.health}</h2>
        <ul class="parts">
          {health.map(({ part, isReady, code }) => (
            <li key={part} data-id={part}>
              {hubPart(part)} <Status tone={isReady ? 'good' : 'bad'} text={isReady ? texts.ready : texts.notReady} />
              {code !== undefined && <code>{code}</code>}
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function Need({ item }: { item: Attention }) {
  const texts = textsIn(OVERVIEW)
  const said = texts.needs[item.kind]?.(count(item.count)) ?? item.kind
  return (
    <li data-id={item.kind}>
      <span aria-hidden="true" class="sign">
        ✕
      </span>{' '}
      <a href={item.href}>{item.subject === undefined ? said : titled(said, hubPart(item.subject, item.name))}</a> {item.text?.[language()]}{' '}
      {item.code !== undefined && <code>{item.code}</code>} <small>{ago(item.since)}</small>
    </li>
  )
}
