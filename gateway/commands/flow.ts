/*
  `hub flow ID`: prints the journey of one message readably, then what was read for each element of the FHIR made from it, and what nobody read.
*/
import type { Sent } from '../monitor/sent.ts'
import { CommandError } from './command-error.ts'
import { askMonitor, findInMonitor } from './monitor.ts'
import type { Flow } from '../ledger/flows/flow.ts'

export type FlowView = Sent<Flow>

interface LineageView {
  mapper: string
  version: number
  lineage: { element: string; sources: string[]; rule?: string; version?: number }[]
  unread: string[]
  findings: { code: string; severity: string; path: string }[]
}

const UNREAD_SHOWN = 20

export async function flow(args: string[]): Promise<void> {
  const [id] = args
  if (id === undefined || args.length > 1) throw new CommandError('usage: hub flow ID (id of the flow, or MSH-10 of its message)')
  const view = await readFlow(id)
  const lineage = await findInMonitor<LineageView>(`flows/${view.id}/lineage`)
  process.stdout.write(renderFlow(view))
  if (lineage !== undefined) process.stdout.write(renderLineage(lineage))
}

/** In: the flow's id, or the control id of its message (the latest of that id). */
export async function readFlow(id: string): Promise<FlowView> {
  const direct = await findInMonitor<FlowView>(`flows/${encodeURIComponent(id)}`)
  if (direct !== undefined) return direct
  const { items } = await askMonitor<{ items: FlowView[] }>(`flows?controlId=${encodeURIComponent(id)}`)
  if (items[0] === undefined) throw new CommandError(`no flow ${id}`)
  return askMonitor<FlowView>(`flows/${items[0].id}`)
}

export function renderFlow(view: FlowView): string {
  const start = Date.parse(view.steps[0]?.at ?? '')
  const lines = [
    `flow      ${view.id}`,
    `message   ${view.controlId} from ${view.sender}${view.territory === null ? '' : `, territory ${view.territory}`}`,
    `document  ${view.documentType ?? '-'} ${view.documentId ?? ''}`.trimEnd(),
    `status    ${view.status}`,
    '',
    ...view.steps.map(step => renderStep(step, start)),
  ]
  return `${lines.join('\n')}\n`
}

function renderStep(step: FlowView['steps'][number], start: number): string {
  const after = Number.isNaN(start) ? '' : `+${((Date.parse(step.at) - start) / 1000).toFixed(3)} s`
  const rest = [step.recipient, step.code, step.attempt === undefined ? undefined : `attempt ${step.attempt}`].filter(part => part !== undefined)
  return `  ${after.padStart(10)}  ${step.step.padEnd(12)} ${step.outcome.padEnd(12)} ${rest.join('  ')}`.trimEnd()
}

export function renderLineage({ mapper, version, lineage, unread, findings }: LineageView): string {
  const rest = unread.length - UNREAD_SHOWN
  const lines = [
    ...(findings.length === 0 ? [] : ['', 'findings', ...findings.map(one => `  ${one.severity.padEnd(11)} ${one.code}  ${one.path}`)]),
    '',
    `lineage   ${mapper} v${version}: ${lineage.length} elements`,
    ...lineage.map(one => `  ${one.element} ← ${folded(one.sources).join(', ')}${one.rule === undefined ? '' : `  (${one.rule}, v${one.version})`}`),
    '',
    `unread    ${unread.length} paths of the source`,
    ...unread.slice(0, UNREAD_SHOWN).map(path => `  ${path}`),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ]
  return `${lines.join('\n')}\n`
}

/** Steps that paths share are written once: `a/b/{c, d/@e}`; `.` is the place before the brace itself. */
function folded(paths: Iterable<string>): string[] {
  const below = new Map<string, Set<string>>()
  for (const path of paths) {
    const [step = '', ...rest] = path.split('/')
    below.set(step, (below.get(step) ?? new Set()).add(rest.join('/')))
  }
  return Array.from(below, ([step, rests]) => {
    if (step === '') return '.'
    const inner = folded(rests)
    if (inner.length > 1) return `${step}/{${inner.join(', ')}}`
    return inner[0] === '.' ? step : `${step}/${inner[0]}`
  })
}
