/*
  `hub flow ID`: prints the journey of one message readably, then what was read for each element of the FHIR made from it, and what nobody read.
*/
import { CommandError } from './command-error.ts'
import { readSandbox, type Sandbox } from './sandbox.ts'
import { fetchToken } from './token.ts'

export interface FlowView {
  id: string
  controlId: string
  sender: string
  territory?: string
  documentType?: string
  documentId?: string
  status: string
  steps: { step: string; at: string; outcome: string; recipient?: string; code?: string; attempt?: number; position?: number }[]
  findings?: { code: string; severity: string; path: string }[]
  lineage?: { mapper: string; version: number; elements: { element: string; sources: string[] }[]; unread: string[] }
}

const UNREAD_SHOWN = 20

export async function flow(args: string[]): Promise<void> {
  const [id] = args
  if (id === undefined || args.length > 1) throw new CommandError('usage: hub flow ID (id of the flow, or MSH-10 of its message)')
  const sandbox = readSandbox()
  process.stdout.write(renderFlow(await readFlow(sandbox, await fetchToken(sandbox, 'operator'), id)))
}

/** In: the flow's id, or the control id of its message (the latest of that id). */
export async function readFlow(sandbox: Sandbox, bearer: string, id: string): Promise<FlowView> {
  const get = async (path: string): Promise<Response> => fetch(`${sandbox.http}/monitor/api/${path}`, { headers: { authorization: `Bearer ${bearer}` } })
  const direct = await get(`flows/${encodeURIComponent(id)}?lineage=true`)
  if (direct.ok) return (await direct.json()) as FlowView
  const list = await get(`flows?controlId=${encodeURIComponent(id)}`)
  const found = list.ok ? ((await list.json()) as { items: FlowView[] }).items[0] : undefined
  if (found === undefined) throw new CommandError(`no flow ${id}`)
  const reply = await get(`flows/${found.id}?lineage=true`)
  return (await reply.json()) as FlowView
}

export function renderFlow(view: FlowView): string {
  const start = Date.parse(view.steps[0]?.at ?? '')
  const lines = [
    `flow      ${view.id}`,
    `message   ${view.controlId} from ${view.sender}${view.territory === undefined ? '' : `, territory ${view.territory}`}`,
    `document  ${view.documentType ?? '-'} ${view.documentId ?? ''}`.trimEnd(),
    `status    ${view.status}`,
    '',
    ...view.steps.map(step => renderStep(step, start)),
    ...(view.findings?.length ? ['', 'findings', ...view.findings.map(one => `  ${one.severity.padEnd(11)} ${one.code}  ${one.path}`)] : []),
    ...renderLineage(view.lineage),
  ]
  return `${lines.join('\n')}\n`
}

function renderStep(step: FlowView['steps'][number], start: number): string {
  const after = Number.isNaN(start) ? '' : `+${((Date.parse(step.at) - start) / 1000).toFixed(3)} s`
  const rest = [step.recipient, step.code, step.attempt === undefined ? undefined : `attempt ${step.attempt}`].filter(part => part !== undefined)
  return `  ${after.padStart(10)}  ${step.step.padEnd(12)} ${step.outcome.padEnd(12)} ${rest.join('  ')}`.trimEnd()
}

function renderLineage(lineage: FlowView['lineage']): string[] {
  if (lineage === undefined) return []
  const rest = lineage.unread.length - UNREAD_SHOWN
  return [
    '',
    `lineage   ${lineage.mapper} v${lineage.version}: ${lineage.elements.length} elements`,
    ...lineage.elements.map(one => `  ${one.element} ← ${one.sources.join(', ')}`),
    ...(lineage.unread.length === 0
      ? []
      : [
          '',
          `unread    ${lineage.unread.length} paths of the source`,
          ...lineage.unread.slice(0, UNREAD_SHOWN).map(path => `  ${path}`),
          ...(rest > 0 ? [`  … and ${rest} more`] : []),
        ]),
  ]
}
