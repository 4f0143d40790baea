/*
  A table of things with an id each; thousands of rows stay smooth, because only those near the window are drawn.
  Keyboard: ↑ ↓ Home End go from row to row, on the first link or button of each.
*/
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { textsIn } from '../language.ts'
import { PARTS } from '../texts/parts.ts'
import { Empty } from './states.tsx'
import { nextRow, visibleRows, type Rows } from './visible-rows.ts'

export interface Column<Row> {
  /** Stable name; with `col-` the class of its cells. */
  name: string
  title: string
  cell: (row: Row) => ComponentChildren
  /** Aligned to the right. */
  isNumber?: boolean
}

interface TableProps<Row> {
  /** Says what is listed, to a screen reader. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  /** Goes into `data-id`. */
  idOf: (row: Row) => string
  /** Instead of `Nothing to show`. */
  empty?: string | undefined
}

/** Up to here every row is drawn: an API page is 500. */
const ALL_DRAWN = 600
const FIRST: Rows = { from: 0, to: 100 }

export function Table<Row>({ label, columns, rows, idOf, empty }: TableProps<Row>) {
  const frame = useRef<HTMLTableSectionElement>(null)
  const { shown, height } = useShown(frame, rows.length)
  const focusRow = useFocusRow(frame, { shown, height })
  if (rows.length === 0) return <Empty text={empty} />
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="table" aria-label={label} tabIndex={0}>
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(column => (
              <th key={column.name} scope="col" class={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={frame} onKeyDown={event => focusRow(event, rows.length)}>
          <Gap rows={shown.from} height={height} columns={columns.length} />
          {rows.slice(shown.from, shown.to).map((row, at) => (
            <tr key={idOf(row)} data-id={idOf(row)} data-row={shown.from + at} aria-rowindex={shown.from + at + 2}>
              {columns.map(column => (
                <td key={column.name} class={classOf(column)} data-title={column.title}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          <Gap rows={rows.length - shown.to} height={height} columns={columns.length} />
        </tbody>
      </table>
      {rows.length > ALL_DRAWN && (
        <p class="quiet">
          {rows.length} {textsIn(PARTS).rows}
        </p>
      )}
    </section>
  )
}

const classOf = <Row,>({ name, isNumber }: Column<Row>): string => (isNumber === true ? `col-${name} number` : `col-${name}`)

/** Stands for rows that are not drawn. */
const Gap = ({ rows, height, columns }: { rows: number; height: number; columns: number }) =>
  rows <= 0 ? null : (
    <tr class="gap">
      <td colSpan={columns} style={{ height: `${rows * height}px` }} />
    </tr>
  )

interface Frame {
  current: HTMLTableSectionElement | null
}

/** The rows to draw, kept up with scrolling. One height stands for all: the mean of the first ones drawn, taken anew when the window changes. */
function useShown(frame: Frame, total: number): { shown: Rows; height: number } {
  const [height, setHeight] = useState(40)
  const [shown, setShown] = useState<Rows>(FIRST)
  useLayoutEffect(() => {
    const body = frame.current
    if (total <= ALL_DRAWN || body === null) return
    let mean = meanHeight(body)
    const look = (): void => {
      const next = visibleRows({ top: -body.getBoundingClientRect().top, window: innerHeight, height: mean, total })
      setShown(last => (last.from === next.from && last.to === next.to ? last : next))
    }
    const measure = (): void => {
      mean = meanHeight(body)
      setHeight(mean)
      look()
    }
    measure()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', measure)
    return () => {
      removeEventListener('scroll', look)
      removeEventListener('resize', measure)
    }
  }, [frame, total])
  return { shown: total <= ALL_DRAWN ? { from: 0, to: total } : { from: shown.from, to: Math.min(shown.to, total) }, height }
}

function meanHeight(body: HTMLElement): number {
  const rows = [...body.querySelectorAll('tr[data-row]')]
  return rows.reduce((sum, row) => sum + row.getBoundingClientRect().height, 0) / rows.length || 40
}

/** Moves the focus; a row that is not drawn is scrolled to first, and takes it once drawn. */
function useFocusRow(frame: Frame, { shown, height }: { shown: Rows; height: number }): (event: KeyboardEvent, total: number) => void {
  const wanted = useRef<number | undefined>(undefined)
  const focus = (row: number): boolean => {
    const control = frame.current?.querySelector<HTMLElement>(`tr[data-row="${row}"] :is(a[href], button)`)
    control?.focus()
    return control !== null && control !== undefined
  }
  // Tried again when other rows are drawn.
  useLayoutEffect(() => {
    if (wanted.current !== undefined && focus(wanted.current)) wanted.current = undefined
  }, [shown.from, shown.to])
  return (event, total) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('tr[data-row]') : null
    const next = nextRow(event.key, Number(row?.dataset['row']), total)
    if (row === null || next === undefined) return
    event.preventDefault()
    if (focus(next)) return
    wanted.current = next
    const top = (frame.current?.getBoundingClientRect().top ?? 0) + scrollY
    scrollTo(0, top + next * height - innerHeight / 2)
  }
}
