/*
  The message field by field, its documents element by element: each can be chosen to see what became of it.
*/
import type { ComponentChildren } from 'preact'
import { memo } from 'preact/compat'
import { count } from '../../formats.ts'
import { textsIn, titled } from '../../language.ts'
import { FLOW } from '../../texts/flow.ts'
import type { Chosen, Links } from './links.ts'
import type { Source, SourceField } from './shapes.ts'

interface Choosing {
  links: Links
  chosen: Chosen | undefined
  onChoose: (chosen: Chosen) => void
}

/** What no eye would see is drawn: control characters, and those that turn the reading. */
export const visible = (text: string): string =>
  text
    .replace(/[\u0000-\u001f]/g, char => String.fromCharCode(0x2400 + char.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '␣')

export function SourceFields({ source, ...choosing }: Choosing & { source: Source }) {
  const texts = textsIn(FLOW)
  return (
    <>
      {!source.isSound && <p class="note">{texts.unsound(source.charset)}</p>}
      {source.shown < source.total && <p class="note">{texts.partial(count(source.shown), count(source.total))}</p>}
      {source.format === 'binary' && <p class="note">{texts.binary}</p>}
      {source.segments.map(({ path, fields }) => (
        <Group key={path} title={path} fields={fields} {...choosing} />
      ))}
      {source.documents.map(document => (
        <Group key={`document ${document.path}`} title={`${texts.document} ${document.path}`} fields={document.fields} {...choosing}>
          {document.fault !== undefined && (
            <p class="note">
              {titled(texts.fault, '')}
              <code>{document.fault}</code>
            </p>
          )}
          {document.fields.length < document.total && <p class="note">{texts.partial(count(document.fields.length), count(document.total))}</p>}
        </Group>
      ))}
      {source.text !== null && <pre class="raw">{source.format === 'binary' ? source.text : source.text.split('\n').map(visible).join('\n')}</pre>}
    </>
  )
}

function Group({
  title,
  fields,
  children,
  links,
  chosen,
  onChoose,
}: Choosing & { title: string; fields: readonly SourceField[]; children?: ComponentChildren }) {
  return (
    <details open>
      <summary>
        <bdi>{title}</bdi>
      </summary>
      {children}
      <ul class="fields-list">
        {fields.map(field => (
          <Field
            key={field.path}
            field={field}
            isLit={links.isSourceLit(field.path, chosen)}
            isChosen={chosen?.side === 'source' && chosen.path === field.path}
            mark={links.isUnread(field.path) ? 'unread' : links.isUsed(field.path) ? 'used' : ''}
            onChoose={onChoose}
          />
        ))}
      </ul>
    </details>
  )
}

interface FieldProps {
  field: SourceField
  isLit: boolean
  isChosen: boolean
  mark: string
  onChoose: (chosen: Chosen) => void
}

const Field = memo(({ field: { path, value, size }, isLit, isChosen, mark, onChoose }: FieldProps) => {
  const texts = textsIn(FLOW)
  return (
    <li>
      <button
        type="button"
        class={isLit ? 'choice lit' : 'choice'}
        data-source={path}
        data-mark={mark}
        aria-pressed={isChosen}
        aria-current={isLit ? 'true' : undefined}
        onClick={() => onChoose({ side: 'source', path })}
      >
        <code class="path">{path}</code>
        <span class="value">
          {value === null ? <em class="quiet">{size === undefined ? texts.hidden : texts.isDocument}</em> : <bdi>{visible(value)}</bdi>}
          {size !== undefined && (
            <small>
              {' '}
              {value === null ? '' : `${texts.inPart} · `}
              {count(size)} {texts.bytes}
            </small>
          )}
          {mark === 'unread' && <small class="tag">{texts.unread}</small>}
        </span>
      </button>
    </li>
  )
})
