/*
  The documents of a message as a person reads them: their blocks as text, never as markup of the sender; a PDF in a frame of its own, everything else for download.
*/
import { useEffect, useState } from 'preact/hooks'
import { send } from '../../api.ts'
import { type Fault, toFault } from '../../fault.ts'
import { count } from '../../formats.ts'
import { textsIn } from '../../language.ts'
import { Failed } from '../../parts/states.tsx'
import { FLOW } from '../../texts/flow.ts'
import type { Block, Source, SourceDocument } from './shapes.ts'

interface Opening {
  id: string
  reason: string
}

export function Documents({ source, ...opening }: Opening & { source: Source }) {
  const texts = textsIn(FLOW)
  return (
    <>
      <Parts {...opening} parts={[{ label: texts.downloadMessage, name: 'message' }]} />
      {source.documents.map((document, at) => (
        <DocumentShown key={document.path} document={document} at={at} {...opening} />
      ))}
    </>
  )
}

function DocumentShown({ document, at, ...opening }: Opening & { document: SourceDocument; at: number }) {
  const texts = textsIn(FLOW)
  const { body, blocks, path, size } = document
  const isPdf = body?.contentType === 'application/pdf'
  const parts: Part[] = [
    { label: texts.downloadDocument, name: `document-${at + 1}`, document: at },
    ...(body === undefined
      ? []
      : [{ label: isPdf ? texts.openBody : texts.downloadBody, name: `document-${at + 1}-body`, document: at, part: 'body' as const, isPdf }]),
  ]
  return (
    <article class="card document" aria-label={`${texts.document} ${path}`}>
      <p class="quiet">
        <code>{path}</code> · {document.contentType} · {count(size)} {texts.bytes}
      </p>
      {blocks.map((block, nth) => (
        <BlockShown key={nth} block={block} />
      ))}
      {document.isCut === true && <p class="note">{texts.cut}</p>}
      <Parts {...opening} parts={parts} />
    </article>
  )
}

function BlockShown({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return block.level === 1 ? <h3>{block.text}</h3> : <h4>{block.text}</h4>
    case 'paragraph':
      return <p class="written">{block.isBold === true ? <strong>{block.text}</strong> : block.text}</p>
    case 'list': {
      const items = block.items.map((item, at) => <li key={at}>{item}</li>)
      return block.isOrdered === true ? <ol>{items}</ol> : <ul>{items}</ul>
    }
    case 'picture':
      return <img src={block.source} alt="" />
    case 'table':
      return (
        <div class="table">
          <table>
            <tbody>
              {block.rows.map((row, at) => (
                <tr key={at}>
                  {row.cells.map(({ text, columns, rows }, nth) =>
                    row.isHead ? (
                      <th key={nth} colSpan={columns} rowSpan={rows}>
                        {text}
                      </th>
                    ) : (
                      <td key={nth} colSpan={columns} rowSpan={rows}>
                        {text}
                      </td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )
  }
}

interface Part {
  label: string
  name: string
  document?: number
  part?: 'body'
  isPdf?: boolean
}

function Parts({ id, reason, parts }: Opening & { parts: readonly Part[] }) {
  const [fault, setFault] = useState<Fault>()
  const [shown, setShown] = useState<string>()
  useEffect(() => () => (shown === undefined ? undefined : URL.revokeObjectURL(shown)), [shown])
  const open = async ({ document, part, name, isPdf }: Part): Promise<void> => {
    setFault(undefined)
    try {
      const order = { reason, ...(document === undefined ? {} : { document }), ...(part === undefined ? {} : { part }) }
      const bytes = await (await send(`/monitor/api/flows/${id}/document`, order)).arrayBuffer()
      const address = URL.createObjectURL(new Blob([bytes], { type: isPdf === true ? 'application/pdf' : 'application/octet-stream' }))
      if (isPdf === true) return setShown(address)
      save(address, name)
    } catch (error) {
      setFault(toFault(error))
    }
  }
  return (
    <>
      <div class="actions">
        {parts.map(part => (
          <button key={part.name} type="button" class="plain" onClick={() => open(part)}>
            {part.label}
          </button>
        ))}
      </div>
      {fault !== undefined && <Failed fault={fault} />}
      {shown !== undefined && <iframe class="pdf" title="PDF" src={shown} />}
    </>
  )
}

function save(address: string, name: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken it when the next task runs.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
