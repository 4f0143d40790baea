/*
  The message beside the FHIR made from it: what is chosen in one column is lit and scrolled to in the other.
*/
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { count } from '../../formats.ts'
import { textsIn } from '../../language.ts'
import { FLOW } from '../../texts/flow.ts'
import { type Chosen, linksOf } from './links.ts'
import { MadeResources } from './made.tsx'
import type { Made, Source } from './shapes.ts'
import { SourceFields } from './source.tsx'

export function Lineage({ source, made }: { source: Source | undefined; made: Made | undefined }) {
  const texts = textsIn(FLOW)
  const [chosen, setChosen] = useState<Chosen>()
  const links = useMemo(() => linksOf(made), [made])
  const left = useRef<HTMLElement>(null)
  const right = useRef<HTMLElement>(null)
  useEffect(() => {
    const other = chosen?.side === 'element' ? left.current : right.current
    if (chosen !== undefined) scrollTo(other)
  }, [chosen])
  return (
    <>
      <p class="quiet">{texts.lineageHint}</p>
      <div class="columns">
        <section ref={left} class="card column" aria-label={texts.source} tabIndex={-1}>
          <h3>{texts.source}</h3>
          {source !== undefined && <SourceFields source={source} links={links} chosen={chosen} onChoose={setChosen} />}
        </section>
        <section ref={right} class="card column" aria-label={texts.made} tabIndex={-1}>
          <h3>{texts.made}</h3>
          {made !== undefined && <MadeResources made={made} links={links} chosen={chosen} onChoose={setChosen} />}
        </section>
      </div>
      {made !== undefined && <Unread paths={made.unread} onChoose={setChosen} />}
    </>
  )
}

/** Only inside its column: the page stays where the reader looks. */
function scrollTo(column: HTMLElement | null): void {
  const lit = column?.querySelector<HTMLElement>('.lit')
  if (column === null || lit === null || lit === undefined) return
  for (let above = lit.parentElement; above !== null && above !== column; above = above.parentElement)
    if (above instanceof HTMLDetailsElement) above.open = true
  const { top, height } = lit.getBoundingClientRect()
  const frame = column.getBoundingClientRect()
  column.scrollTop += top - frame.top - (frame.height - height) / 2
}

const MOST = 500

function Unread({ paths, onChoose }: { paths: readonly string[]; onChoose: (chosen: Chosen) => void }) {
  const texts = textsIn(FLOW)
  return (
    <details>
      <summary>
        {texts.unreadTitle} ({count(paths.length)})
      </summary>
      {paths.length === 0 && <p>{texts.unreadNone}</p>}
      <ul class="unread">
        {paths.slice(0, MOST).map(path => (
          <li key={path}>
            <button type="button" class="choice" onClick={() => onChoose({ side: 'element', key: '', sources: [path] })}>
              <code>{path}</code>
            </button>
          </li>
        ))}
      </ul>
      {paths.length > MOST && <p class="quiet">… {count(paths.length - MOST)}</p>}
    </details>
  )
}
