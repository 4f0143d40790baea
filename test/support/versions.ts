/*
  Versions of one letter: the same document as first sent, replaced or deleted.
*/
import { type Letter, type LetterOf, letterOf } from './letters.ts'
import { withDocuments } from './messages.ts'

export interface VersionOf extends LetterOf {
  act: 'create' | 'replace' | 'delete'
  documentId: string
  at: Date
  version: number
  /** OID of its predecessor. */
  replaces?: string
  setId?: string
}

const ACTS = { create: ['T02', 'NW', 'F'], replace: ['T10', 'RO', 'C'], delete: ['T04', 'CA', 'D'] } as const

/** As an MDM; a deletion carries the same CDA, byte for byte. */
export function versionOf({ act, version, replaces, setId, ...letter }: VersionOf): Letter {
  const parent = replaces === undefined ? '' : `<relatedDocument typeCode="RPLC"><parentDocument><id root="${replaces}"/></parentDocument></relatedDocument>`
  const made = letterOf({
    ...letter,
    edit: cda => {
      const edited = letter.edit?.(cda) ?? cda
      return edited
        .replace(/<setId [^>]*\/>/, setId === undefined ? '' : `<setId root="${setId}"/>`)
        .replace(/<versionNumber [^>]*\/>/, `<versionNumber value="${version}"/>`)
        .replace(/<relatedDocument[\s\S]*<\/relatedDocument>/, '')
        .replace('<componentOf>', `${parent}<componentOf>`)
    },
  })
  const [trigger, order, status] = ACTS[act]
  const segments = Buffer.from(made.bytes).toString('utf8').split('\r')
  const changed = segments.map(segment => {
    if (segment.startsWith('MSH|')) return segment.replace('MDM^T02^', `MDM^${trigger}^`)
    if (segment.startsWith('ORC|')) return segment.replace(/^ORC\|NW/, `ORC|${order}`)
    if (segment.startsWith('OBX|1|')) return segment.replace(/\|F(\|*)$/, `|${status}$1`)
    return act === 'replace' && segment.startsWith('TXA|') ? withPredecessor(segment, replaces ?? '') : segment
  })
  return { ...made, bytes: Buffer.from(changed.join('\r'), 'utf8') }
}

/** An ORU with one content in two formats. */
export function pairOf(n3: VersionOf, n1: Omit<VersionOf, 'controlId' | 'at'>): Uint8Array {
  const made = versionOf({ ...n3, kind: 'ORU' })
  const other = versionOf({ ...n3, ...n1, body: 'N1', kind: 'ORU' })
  const segments = Buffer.from(made.bytes).toString('utf8').split('\r')
  const both = withDocuments([Buffer.from(made.cda), Buffer.from(other.cda)])(segments.filter(one => one !== ''))
  return Buffer.from(both.map(one => `${one}\r`).join(''))
}

function withPredecessor(txa: string, id: string): string {
  const fields = txa.split('|')
  fields[13] = id
  return fields.join('|')
}
