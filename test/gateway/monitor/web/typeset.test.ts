import { type ComponentChild, h, options } from 'preact'
import { afterAll, expect, it } from 'vitest'
import { setLanguage } from '../../../../gateway/monitor/web/src/language.ts'
import { typesetAll } from '../../../../gateway/monitor/web/src/typeset.ts'

// The document that the language is written into is none here.
Object.assign(globalThis, { document: { documentElement: {} } })
const before = options.vnode
typesetAll()
afterAll(() => Object.assign(options, { vnode: before }))

const drawn = (type: string, ...children: ComponentChild[]): unknown => h(type, null, ...children).props.children

it('in French no line begins with a sign that has a space before it; what was sent is shown as it was', () => {
  setLanguage('fr')
  expect(drawn('p', 'Rien à traiter : tout s’écoule ; « bien » ?')).toBe('Rien à traiter\u00a0: tout s’écoule\u00a0; «\u00a0bien\u00a0»\u00a0?')
  expect(drawn('strong', 'À faire', ' :')).toEqual(['À faire', '\u00a0:'])
  for (const type of ['code', 'pre', 'bdi']) expect(drawn(type, 'a : b')).toBe('a : b')
  setLanguage('en')
  expect(drawn('p', 'a : b')).toBe('a : b')
})
