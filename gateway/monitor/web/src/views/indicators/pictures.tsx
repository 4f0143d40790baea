/*
  Each indicator of a territory as a figure: its number, and bars by month or by kind of structure. The bars are a list that is read aloud as well as seen.
*/
import { barsOf, type IndicatorItem, indicatorName, valueText } from './item.ts'

export function Pictures({ items }: { items: readonly IndicatorItem[] }) {
  const names = [...new Set(items.map(item => item.indicator))]
  return (
    <div class="figures">
      {names.map(name => (
        <Picture key={name} name={name} items={items.filter(item => item.indicator === name)} />
      ))}
    </div>
  )
}

function Picture({ name, items }: { name: string; items: readonly IndicatorItem[] }) {
  const total = items.filter(item => item.structure === null && item.support === null).at(-1)
  const bars = barsOf(items)
  const most = Math.max(...bars.map(({ item }) => item.value ?? 0), 1)
  return (
    <figure class="card" data-id={name}>
      <figcaption>
        {indicatorName(name)}
        {total !== undefined && <strong>{valueText(total)}</strong>}
      </figcaption>
      {bars.length > 0 && (
        <ul class="bars">
          {bars.map(({ label, item }) => (
            <li key={label}>
              <span>{label}</span>
              <span class={item.value === null ? 'bar masked' : 'bar'} style={{ width: `${item.value === null ? 8 : (100 * item.value) / most}%` }} />
              <span class="number">{valueText(item)}</span>
            </li>
          ))}
        </ul>
      )}
    </figure>
  )
}
