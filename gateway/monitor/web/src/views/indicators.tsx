/*
  The indicators of the territories, by month and kind of structure: as pictures, as a table and as CSV; the view is its address.
*/
import { useApi } from '../api.ts'
import { textsIn } from '../language.ts'
import { FilterForm } from '../parts/filter-form.tsx'
import { Await, Empty } from '../parts/states.tsx'
import { type Column, Table } from '../parts/table.tsx'
import type { Place } from '../router.ts'
import { INDICATORS } from '../texts/indicators.ts'
import type { ViewProps } from '../views.ts'
import { type IndicatorAnswer, type IndicatorItem, indicatorName, kindName, monthName, supportName, valueText } from './indicators/item.ts'
import { Pictures } from './indicators/pictures.tsx'
import './indicators/indicators.css'

const FILTERS = ['from', 'to', 'territory', 'kind']

export function Indicators({ place }: ViewProps) {
  const texts = textsIn(INDICATORS)
  const chosen = new URLSearchParams(FILTERS.flatMap(name => (place.query.get(name) ? [[name, place.query.get(name) ?? '']] : []))).toString()
  const asked = useApi<IndicatorAnswer>(`/monitor/api/indicators?${chosen}`)
  return (
    <>
      <h1>{texts.title}</h1>
      <Filters place={place} answer={asked.json} />
      <Await asked={asked}>
        {answer => (
          <>
            <div class="heading">
              <p class="quiet">{texts.maskedNote}</p>
              <a class="button plain" href={`/monitor/api/indicators.csv?${chosen}`} download={`indicateurs-${answer.from}-${answer.to}.csv`}>
                {texts.csv}
              </a>
            </div>
            <Shown answer={answer} />
          </>
        )}
      </Await>
    </>
  )
}

function Filters({ place, answer }: { place: Place; answer: IndicatorAnswer | undefined }) {
  const texts = textsIn(INDICATORS)
  const { fields } = texts
  const month = { placeholder: '2026-06', hint: texts.monthHint }
  const named = (names: readonly string[]): [string, string][] => names.map(name => [name, kindName(name)])
  const check = ({ from = '', to = '' }: Readonly<Record<string, string>>): string | undefined => {
    if ([from, to].some(one => one !== '' && !/^\d{4}-(0[1-9]|1[0-2])(-\d\d.*)?$/.test(one))) return texts.month
    return from !== '' && to !== '' && from > to ? texts.reversed : undefined
  }
  return (
    <FilterForm
      place={place}
      label={texts.filters}
      check={check}
      fields={[
        { name: 'from', label: fields.from, ...month },
        { name: 'to', label: fields.to, ...month },
        { name: 'territory', label: fields.territory, kind: 'choice', options: (answer?.territories ?? []).map(name => [name, name] as const) },
        { name: 'kind', label: fields.kind, kind: 'choice', options: named(answer?.kinds ?? []) },
      ]}
    />
  )
}

function Shown({ answer: { items } }: { answer: IndicatorAnswer }) {
  const texts = textsIn(INDICATORS)
  if (items.length === 0) return <Empty text={texts.none} />
  return (
    <>
      {[...new Set(items.map(item => item.territory))].map(territory => (
        <section key={territory} data-id={territory}>
          <h2>
            {texts.territory} {territory}
          </h2>
          <Pictures items={items.filter(item => item.territory === territory)} />
        </section>
      ))}
      <details class="in-table">
        <summary>{texts.table}</summary>
        <Table label={texts.title} columns={columns()} rows={items} idOf={idOf} />
      </details>
    </>
  )
}

const idOf = ({ territory, month, indicator, structure, support }: IndicatorItem): string =>
  [territory, month, indicator, structure ?? support ?? 'total'].join('/')

function columns(): Column<IndicatorItem>[] {
  const { columns: titles } = textsIn(INDICATORS)
  return [
    { name: 'territory', title: titles.territory, cell: item => item.territory },
    { name: 'month', title: titles.month, cell: item => monthName(item.month) },
    { name: 'indicator', title: titles.indicator, cell: item => indicatorName(item.indicator) },
    { name: 'structure', title: titles.structure, cell: item => (item.structure === null ? '' : kindName(item.structure)) },
    { name: 'support', title: titles.support, cell: item => (item.support === null ? '' : supportName(item.support)) },
    { name: 'value', title: titles.value, cell: valueText, isNumber: true },
  ]
}
