/*
  A second reading of a structured document, that shares nothing with the mapping: a plain tree, its statements, and changes made to them.
*/
import { SaxesParser } from 'saxes'

export interface Node {
  name: string
  attributes: Record<string, string>
  children: (Node | string)[]
  parent?: Node | undefined
}

export const local = (node: Node): string => node.name.split(':').at(-1) ?? ''
export const elements = (node: Node): Node[] => node.children.filter(child => typeof child !== 'string')
export const child = (node: Node, name: string): Node | undefined => elements(node).find(one => local(one) === name)

export function everyNode(node: Node): Node[] {
  return [node, ...elements(node).flatMap(everyNode)]
}

export function parse(xml: string): Node {
  const root: Node = { name: '', attributes: {}, children: [] }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => {
    const node: Node = { name, attributes: { ...attributes }, children: [], parent: open.at(-1) }
    open.at(-1)?.children.push(node)
    open.push(node)
  })
  parser.on('closetag', () => open.pop())
  parser.on('text', text => open.at(-1)?.children.push(text))
  parser.on('cdata', text => open.at(-1)?.children.push(text))
  parser.write(xml.replace(/^\uFEFF/, '')).close()
  const [document] = elements(root)
  if (document === undefined) throw new Error('no element')
  return document
}

const escaped = (text: string): string => text.replace(/[&<>"\n\r\t]/g, sign => `&#${sign.charCodeAt(0)};`)

export function write(node: Node): string {
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`)
  const inner = node.children.map(one => (typeof one === 'string' ? escaped(one) : write(one))).join('')
  return `<${node.name}${attributes.join('')}>${inner}</${node.name}>`
}

const STATEMENTS = ['observation', 'procedure', 'substanceAdministration', 'supply', 'encounter', 'act', 'organizer']

/** Statements of the body, in their order. */
export function statementsOf(document: Node): Node[] {
  const body = everyNode(document).find(node => local(node) === 'structuredBody')
  return body === undefined ? [] : everyNode(body).filter(node => STATEMENTS.includes(local(node)) && node.attributes['moodCode'] !== undefined)
}

export const isNegated = ({ attributes, parent }: Node): boolean =>
  attributes['negationInd'] === 'true' || (parent !== undefined && local(parent) === 'entryRelationship' && parent.attributes['negationInd'] === 'true')

/** The root of an id that the n-th statement alone has. */
export const ownId = (index: number): string => `0A0A0A0A-0000-4000-8000-${String(index).padStart(12, '0')}`

/** Each statement under an id of its own. */
export function numbered(document: Node): Node[] {
  const statements = statementsOf(document)
  statements.forEach((statement, index) => {
    const rest = statement.children.filter(one => typeof one === 'string' || local(one) !== 'id')
    const at = rest.findLastIndex(one => typeof one !== 'string' && ['realmCode', 'typeId', 'templateId'].includes(local(one))) + 1
    const prefix = statement.name.includes(':') ? `${statement.name.split(':')[0]}:` : ''
    statement.children = [...rest.slice(0, at), { name: `${prefix}id`, attributes: { root: ownId(index) }, children: [] }, ...rest.slice(at)]
  })
  return statements
}
