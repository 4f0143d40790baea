/*
  The FHIR made from a message, resource by resource: each element can be chosen to see its source.
*/
import { memo } from 'preact/compat'
import { textsIn } from '../../language.ts'
import { Empty } from '../../parts/states.tsx'
import { FLOW } from '../../texts/flow.ts'
import type { Chosen, Links } from './links.ts'
import type { Made, MadeElement, MadeResource } from './shapes.ts'
import { visible } from './source.tsx'

interface Choosing {
  links: Links
  chosen: Chosen | undefined
  onChoose: (chosen: Chosen) => void
}

const LONGEST = 1500

export function MadeResources({ made, ...choosing }: Choosing & { made: Made }) {
  const texts = textsIn(FLOW)
  if (made.resources.length === 0 && made.unplaced.length === 0) return <Empty text={texts.noResources} />
  const unplaced: MadeElement[] = made.unplaced.map(({ element, ...row }) => ({
    ...row,
    path: element,
    name: element,
    value: undefined,
    isHidden: false,
    isOfWhole: false,
  }))
  return (
    <>
      {made.resources.map(resource => (
        <Resource key={resource.reference} resource={resource} {...choosing} />
      ))}
      {unplaced.length > 0 && (
        <details>
          <summary>{texts.unplaced}</summary>
          <Elements of="" elements={unplaced} {...choosing} />
        </details>
      )}
    </>
  )
}

function Resource({ resource, ...choosing }: Choosing & { resource: MadeResource }) {
  const texts = textsIn(FLOW)
  const { reference, version, path, sources } = resource
  const whole: MadeElement = { path, name: reference.split('/')[0] ?? '', value: undefined, isHidden: false, isOfWhole: false, sources }
  return (
    <details open data-id={reference}>
      <summary>
        <bdi>{reference}</bdi> <small>{version === null ? texts.known : `${texts.written} ${version}`}</small>
      </summary>
      <Elements
        of={reference}
        elements={[
          ...(sources.length > 0 ? [whole] : []),
          ...resource.elements.filter(({ name }) => name !== 'resourceType').map(one => (one.isOfWhole === true ? { ...one, sources } : one)),
        ]}
        {...choosing}
      />
    </details>
  )
}

const Elements = ({ of, elements, links, chosen, onChoose }: Choosing & { of: string; elements: readonly MadeElement[] }) => (
  <ul class="fields-list">
    {elements.map(element => {
      const key = `${of} ${element.name}`
      return (
        <Element
          key={key}
          element={element}
          is={key}
          isLit={links.isElementLit(key, element.sources, chosen)}
          isChosen={chosen?.side === 'element' && chosen.key === key}
          onChoose={onChoose}
        />
      )
    })}
  </ul>
)

interface ElementProps {
  element: MadeElement
  is: string
  isLit: boolean
  isChosen: boolean
  onChoose: (chosen: Chosen) => void
}

const Element = memo(({ element, is, isLit, isChosen, onChoose }: ElementProps) => {
  const texts = textsIn(FLOW)
  const { path, name, value, isHidden, sources, rule, version } = element
  return (
    <li>
      <button
        type="button"
        class={isLit ? 'choice lit' : 'choice'}
        data-path={path}
        data-sources={sources.length}
        aria-pressed={isChosen}
        aria-current={isLit ? 'true' : undefined}
        onClick={() => onChoose({ side: 'element', key: is, sources })}
      >
        <code class="path">{name}</code>
        <span class="value">
          {isHidden ? <em class="quiet">{texts.hidden}</em> : <bdi>{written(value)}</bdi>}
          {rule !== undefined && (
            <small>
              {' '}
              {texts.because} {rule}
              {version === undefined ? '' : ` v${version}`}
            </small>
          )}
        </span>
      </button>
    </li>
  )
})

/** Plain words as they are, everything else as JSON. */
function written(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return visible(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
}
