/*
  A chart over time, drawn by uPlot, with the same numbers as a table behind it; colours are those of the style sheet, light or dark.
*/
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type UPlot from 'uplot'
import { dayOfUtc, when } from '../../formats.ts'
import { language, textsIn, titled } from '../../language.ts'
import { Table } from '../../parts/table.tsx'
import { OVERVIEW } from '../../texts/overview.ts'
import { aloneIn } from './alone.ts'
import 'uplot/dist/uPlot.min.css'

export interface Line {
  name: string
  /** A colour of the style sheet. */
  color: 'accent' | 'running' | 'waiting' | 'bad' | 'good'
  /** Tells lines apart without colour. */
  dash?: number[]
  values: readonly (number | null)[]
}

interface ChartProps {
  title: string
  at: readonly string[]
  lines: readonly Line[]
  /** A value as it is read. */
  said: (value: number | null) => string
  /** What chooses between charts of a kind. */
  children?: ComponentChildren
}

const HEIGHT = 200

export function Chart({ title, at, lines, said, children }: ChartProps) {
  const texts = textsIn(OVERVIEW)
  return (
    <figure class="card chart">
      <figcaption class="heading">
        <h3>{title}</h3>
        <ul class="legend">
          {lines.map(({ name, color, dash }) => (
            <li key={name}>
              <svg width="28" height="8" aria-hidden="true">
                <line x1="0" y1="4" x2="28" y2="4" stroke={`var(--${color})`} stroke-width="2" stroke-dasharray={dash?.join(' ') ?? ''} />
              </svg>
              {name}
            </li>
          ))}
        </ul>
      </figcaption>
      <Plot title={title} at={at} lines={lines} said={said} />
      <Numbers title={title} at={at} lines={lines} said={said} label={texts.asTable} />
      {children}
    </figure>
  )
}

function Plot({ title, at, lines, said }: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | undefined>(undefined)
  const values = useRef<UPlot.AlignedData>([[]])
  values.current = [at.map(time => Date.parse(time) / 1000), ...lines.map(line => [...line.values])]
  const isDark = useIsDark()
  const isDaily = areDays(at)
  const names = lines.map(line => line.name).join('|')
  useEffect(() => {
    const frame = host.current
    let isGone = false
    if (frame === null) return
    void import('uplot').then(({ default: Plotted }) => {
      if (isGone) return
      plot.current = new Plotted(
        optionsOf(frame, lines, { said, dateOf: isDaily ? seconds => Plotted.tzDate(new Date(seconds * 1000), 'Etc/UTC') : undefined }),
        values.current,
        frame,
      )
    })
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: frame.clientWidth, height: HEIGHT }))
    resized.observe(frame)
    return () => {
      isGone = true
      resized.disconnect()
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [names, isDark, isDaily])
  useEffect(() => plot.current?.setData(values.current), [at, lines])
  return <div ref={host} class="plot" role="img" aria-label={title} />
}

/** Points of a day are days of UTC, wherever they are looked at. */
const areDays = ([first = '', second = '']: readonly string[]): boolean => Date.parse(second) - Date.parse(first) >= 86_400_000

interface Reading extends Pick<ChartProps, 'said'> {
  dateOf: ((seconds: number) => Date) | undefined
}

function optionsOf(host: HTMLElement, lines: readonly Line[], { said, dateOf }: Reading): UPlot.Options {
  const [text, grid] = [colorOf(host, 'quiet'), colorOf(host, 'line')]
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } }
  return {
    width: host.clientWidth,
    height: HEIGHT,
    ...(dateOf === undefined ? {} : { tzDate: dateOf }),
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [
      { ...axis, values: (_plot, times, _axis, _space, step) => times.map(time => tick(dateOf?.(time) ?? new Date(time * 1000), step ?? 0)) },
      { ...axis, size: 70, values: (_plot, values) => values.map(value => said(value)) },
    ],
    series: [
      {},
      ...lines.map(({ name, color, dash }) => ({
        label: name,
        stroke: colorOf(host, color),
        width: 2,
        points: { show: true, size: 5, fill: colorOf(host, color), filter: (plot: UPlot, nth: number) => aloneIn(plot.data[nth] ?? []) },
        ...(dash === undefined ? {} : { dash }),
      })),
    ],
  }
}

/** A colour of the style sheet, resolved for the canvas. */
function colorOf(host: HTMLElement, name: string): string {
  host.style.color = `var(--${name})`
  return getComputedStyle(host).color
}

function tick(at: Date, step: number): string {
  const locale = language() === 'fr' ? 'fr-FR' : 'en-GB'
  if (step >= 86_400) return at.toLocaleDateString(locale, { day: '2-digit', month: '2-digit' })
  return at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
}

function useIsDark(): boolean {
  const [isDark, setIsDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)')
    const changed = (): void => setIsDark(query.matches)
    query.addEventListener('change', changed)
    return () => query.removeEventListener('change', changed)
  }, [])
  return isDark
}

/** Drawn when it is opened. */
function Numbers({ title, at, lines, said, label }: ChartProps & { label: string }) {
  const [isOpen, setIsOpen] = useState(false)
  const texts = textsIn(OVERVIEW)
  const rows = isOpen ? at.map((time, index) => ({ time, index })).reverse() : []
  return (
    <details onToggle={event => setIsOpen(event.currentTarget.open)}>
      <summary>
        {label}
        <span class="hidden">{titled('', title)}</span>
      </summary>
      {isOpen && (
        <Table
          label={title}
          rows={rows}
          idOf={row => row.time}
          columns={[
            { name: 'at', title: texts.from, cell: row => (areDays(at) ? dayOfUtc(row.time) : when(row.time)) },
            ...lines.map(line => ({
              name: line.name,
              title: line.name,
              isNumber: true,
              cell: (row: { index: number }) => said(line.values[row.index] ?? null),
            })),
          ]}
        />
      )}
    </details>
  )
}
