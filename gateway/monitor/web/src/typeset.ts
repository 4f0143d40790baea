/*
  French typography, for every text of the page at once: the space before : ; ? ! and inside « » does not break. What is shown as it was sent stands in code, pre or bdi.
*/
import { Fragment, options, type VNode } from 'preact'
import { language } from './language.ts'

const AS_SENT: ReadonlySet<unknown> = new Set(['code', 'pre', 'bdi', 'textarea'])

export const typeset = (text: string): string => text.replace(/ (?=[:;?!»])/g, '\u00a0').replace(/« /g, '«\u00a0')

/** From then on whatever is drawn. */
export function typesetAll(): void {
  const before = options.vnode
  options.vnode = vnode => {
    if (language() === 'fr' && (vnode.type === Fragment || typeof vnode.type === 'string') && !AS_SENT.has(vnode.type)) typesetIn(vnode)
    before?.(vnode)
  }
}

function typesetIn({ props }: VNode): void {
  const each = (child: unknown): unknown => (typeof child === 'string' ? typeset(child) : Array.isArray(child) ? child.map(each) : child)
  const { children } = props as { children?: unknown }
  if (typeof children === 'string' || Array.isArray(children)) Object.assign(props, { children: each(children) })
}
