import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

// The pages of the house, held to the files they speak of.

const files = readdirSync('.', { recursive: true })
  .map(String)
  .filter(name => !/(^|\/)(node_modules|target|dist|\.[^/]+)(\/|$)/.test(name))
const pages = files.filter(name => name.endsWith('.md') && name !== 'CHANGELOG.md').map(name => ({ name, text: readFileSync(name, 'utf8') }))

describe('the pages', () => {
  it('lead where they say', () => {
    const links = pages.flatMap(({ name, text }) => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => ({ name, to })))
    const inside = links.filter(({ to }) => !/^(https?:|#)/.test(to))
    expect(inside.length).toBeGreaterThan(30)
    expect(inside.filter(({ name, to }) => !existsSync(join(dirname(name), to.replace(/#.*/, ''))))).toEqual([])
  })

  it('name files that are there', () => {
    const names = new Set(files.map(name => basename(name)))
    const named = pages.flatMap(({ name, text }) =>
      [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.(?:ts|tsx|mjs|java))`/g)].map(([, file = '']) => ({ name, file })),
    )
    expect(named.length).toBeGreaterThan(500)
    const isThere = ({ file }: { file: string }): boolean => {
      const path = file.replace(/^(\.\.?\/)+/, '')
      return path.includes('/') ? files.some(one => one === path || one.endsWith(`/${path}`)) : names.has(path)
    }
    expect(named.filter(one => !isThere(one))).toEqual([])
  })
})
