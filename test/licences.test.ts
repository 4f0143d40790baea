import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

// What production installs is under a licence that lets a public body run, change and pass on the hub.

const ALLOWED = ['Apache-2.0', 'MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense']

/** Packages that name theirs in no field: what their LICENSE file begins with. Bitstream Vera: fonts may be used, changed and passed on, but not sold by themselves. */
const BY_FILE: Readonly<Record<string, string>> = {
  'node_modules/png-js': 'MIT License',
  'node_modules/dejavu-fonts-ttf': 'Fonts are (c) Bitstream',
}

interface Locked {
  license?: string
  dev?: boolean
  devOptional?: boolean
}

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }

/** `(MIT OR EUPL-1.1+)`: one of them is enough. */
const isAllowed = (licence: string): boolean =>
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some(one => ALLOWED.includes(one))

const isByFile = (path: string): boolean => {
  const begins = BY_FILE[path]
  return begins !== undefined && readFileSync(join(import.meta.dirname, '..', path, 'LICENSE'), 'utf8').startsWith(begins)
}

describe('licences', () => {
  it('every package that production installs has one of the list', () => {
    const production = Object.entries(lock.packages).filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    expect(production.length).toBeGreaterThan(20)
    const others = production.filter(([, { license }]) => license === undefined || !isAllowed(license))
    expect(others.filter(([path]) => !isByFile(path)).map(([path, { license }]) => `${path}: ${license}`)).toEqual([])
  })
})
