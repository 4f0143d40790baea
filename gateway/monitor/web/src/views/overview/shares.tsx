/*
  Flows, failures and latencies of each partner and each kind; one of them alone is one click away, as is its list.
*/
import { count, duration, share } from '../../formats.ts'
import { textsIn, titled } from '../../language.ts'
import { type Column, Table } from '../../parts/table.tsx'
import { addressWith, type Place } from '../../router.ts'
import { OVERVIEW, type OverviewTexts } from '../../texts/overview.ts'
import { type Flowed, PERCENTS, type Told } from './told.ts'

type By = 'partner' | 'kind'

export function Shares({ place, told: { partners, kinds, from } }: { place: Place; told: Told }) {
  const texts = textsIn(OVERVIEW)
  const isNarrowed = ['partner', 'kind', 'direction'].some(name => place.query.has(name))
  return (
    <>
      {isNarrowed && (
        <p>
          <a class="button plain" href={addressWith({ partner: undefined, kind: undefined, direction: undefined }, place)}>
            {texts.all}
          </a>
        </p>
      )}
      <h2>{texts.partners}</h2>
      <Table
        label={texts.partners}
        columns={columnsOf('partner', { place, from })}
        rows={partners}
        idOf={row => `${row.partner} ${row.direction}`}
        empty={texts.none}
      />
      <h2>{texts.kinds}</h2>
      <Table label={texts.kinds} columns={columnsOf('kind', { place, from })} rows={kinds} idOf={row => `${row.kind} ${row.direction}`} empty={texts.none} />
    </>
  )
}

function columnsOf(by: By, { place, from }: { place: Place; from: string }): Column<Flowed>[] {
  const texts = textsIn(OVERVIEW)
  const { columns } = texts
  return [
    { name: by, title: columns[by], cell: row => <Narrow by={by} row={row} place={place} /> },
    { name: 'direction', title: columns.direction, cell: row => texts.directions[row.direction] },
    {
      name: 'flows',
      title: columns.flows,
      isNumber: true,
      cell: row => (
        <a href={listOf(by, row, { place, from })} aria-label={`${count(row.flows)}, ${titled(texts.show, nameOf(by, row, texts))}`}>
          {count(row.flows)}
        </a>
      ),
    },
    { name: 'failures', title: columns.failures, isNumber: true, cell: row => count(row.failures) },
    { name: 'share', title: columns.share, isNumber: true, cell: row => share(row.failures / Math.max(row.flows, 1)) },
    ...PERCENTS.map(name => ({
      name,
      title: columns[name],
      isNumber: true,
      cell: (row: Flowed) => duration(row[name] === null ? null : row[name] * 1000),
    })),
  ]
}

function Narrow({ by, row, place }: { by: By; row: Flowed; place: Place }) {
  const texts = textsIn(OVERVIEW)
  const name = nameOf(by, row, texts)
  return (
    <a href={addressWith({ [by]: row[by], direction: row.direction }, place)} title={texts.only(name)}>
      {name}
    </a>
  )
}

const nameOf = (by: By, row: Flowed, texts: OverviewTexts): string => {
  const name = row[by] ?? ''
  return by === 'kind' ? (texts.kindNames[name] ?? name) : name
}

function listOf(by: By, row: Flowed, { place, from }: { place: Place; from: string }): string {
  const to = place.query.get('to')
  return `/monitor/flows?${new URLSearchParams({ from, ...(to === null ? {} : { to }), [by]: row[by] ?? '', direction: row.direction })}`
}
