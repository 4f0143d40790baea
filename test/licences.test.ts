import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

// What production installs is under a licence that lets a public body run, change and pass on the hub.

const ALLOWED = ['Apache-2.0', 'MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense']

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

describe('licences', () => {
  it('every package that production installs has one of the list', () => {
    const production = Object.entries(lock.packages).filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    expect(production.length).toBeGreaterThan(20)
    expect(production.filter(([, { license }]) => license === undefined || !isAllowed(license)).map(([path, { license }]) => `${path}: ${license}`)).toEqual([])
  })
})
