/*
  Flows and failures per minute, and how long a stage took, over the window.
*/
import { useState } from 'preact/hooks'
import { count, duration } from '../../formats.ts'
import { textsIn, titled } from '../../language.ts'
import { OVERVIEW } from '../../texts/overview.ts'
import { Chart, type Line } from './chart.tsx'
import { PERCENTS, perMinute, type Stage, STAGES, type Told } from './told.ts'

const LATENCY_LINES: Readonly<Record<(typeof PERCENTS)[number], Pick<Line, 'color' | 'dash'>>> = {
  p50: { color: 'good' },
  p95: { color: 'waiting', dash: [8, 4] },
  p99: { color: 'bad', dash: [2, 3] },
}

export function Charts({ told: { series, step, to } }: { told: Told }) {
  const texts = textsIn(OVERVIEW)
  const [stage, setStage] = useState<Stage>('stored')
  const timed = { at: series.at, step, to }
  const flows: Line[] = [
    { name: texts.in, color: 'accent', values: perMinute(series.in, timed) },
    { name: texts.out, color: 'running', dash: [8, 4], values: perMinute(series.out, timed) },
  ]
  const failures: Line[] = [{ name: texts.failures, color: 'bad', values: perMinute(series.failures, timed) }]
  const latency: Line[] = PERCENTS.map(name => ({ name: texts.columns[name], ...LATENCY_LINES[name], values: series.latency[stage][name] }))
  return (
    <div class="charts">
      <Chart title={texts.flowsPerMinute} at={series.at} lines={flows} said={count} />
      <Chart title={texts.failuresPerMinute} at={series.at} lines={failures} said={count} />
      <Chart title={titled(texts.latency, texts.stages[stage])} at={series.at} lines={latency} said={seconds}>
        <label class="stage">
          {texts.stage}{' '}
          <select value={stage} onChange={event => setStage(STAGES.find(one => one === event.currentTarget.value) ?? 'stored')}>
            {STAGES.map(one => (
              <option key={one} value={one}>
                {texts.stages[one]}
              </option>
            ))}
          </select>
        </label>
      </Chart>
    </div>
  )
}

const seconds = (value: number | null): string => duration(value === null ? null : value * 1000)
