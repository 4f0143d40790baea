import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import express from 'express'
import { afterAll, describe, expect, it } from 'vitest'
import { pageRoutes } from '../../../gateway/monitor/page.ts'

// The page as it is built and served: small, from here alone, under a policy that leaves a script in a name nothing to do.

const WEB = resolve(import.meta.dirname, '../../../gateway/monitor/web')
const folder = mkdtempSync(join(tmpdir(), 'hub-page-'))

// As the set-up builds it: a process of its own, for production.
const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')
execFileSync(process.execPath, [vite, 'build', WEB, '--outDir', folder, '--emptyOutDir'], { env: { ...process.env, NODE_ENV: 'production' } })
const app = express()
app.use(
  '/monitor',
  pageRoutes((_request, _response, next) => next(), folder),
)
const server = http.createServer(app)
await new Promise<void>(done => void server.listen(0, '127.0.0.1', done))
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

const filesOf = (ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith(ending) && statSync(join(folder, name)).isFile())

it('an address that cannot be read is a view too: the page says what it is', async () => {
  const { status, headers } = await fetch(`${base}/monitor/flows/%E0%A4%A`)
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
})

describe('the page as built', () => {
  it('weighs at most 80 kB compressed, all views together', () => {
    const weight = filesOf('.gz').reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    expect(weight).toBeGreaterThan(10_000)
    expect(weight).toBeLessThanOrEqual(80_000)
  })

  it('has each file beside its gzip, the same content', () => {
    for (const name of filesOf('.gz')) expect(gunzipSync(readFileSync(join(folder, name))).equals(readFileSync(join(folder, name.slice(0, -3))))).toBe(true)
  })

  it('brings the licences of what is built in', () => expect(readFileSync(join(folder, 'licenses.md'), 'utf8')).toMatch(/^## preact - /m))

  it('names no address of elsewhere', () => {
    const named = [...filesOf('.js'), ...filesOf('.css'), ...filesOf('.html')].flatMap(name => [
      ...readFileSync(join(folder, name), 'utf8').matchAll(/https?:\/\/[\w.-]+/g),
    ])
    const others = named.map(match => match[0]).filter(address => address !== 'http://www.w3.org')
    expect(others).toEqual([])
  })
})

describe('the page as served', () => {
  it.each(['', '/flows', '/flows/00000000-0000-4000-8000-000000000000', '/persons', '/lanes', '/replay', '/partners', '/indicators'])(
    'the same document at /monitor%s, kept by nobody',
    async path => {
      const answer = await fetch(`${base}/monitor${path}`)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      expect(await answer.text()).toContain('<div id="page">')
    },
  )

  it('its policy allows what the hub serves, nothing inline, nothing from elsewhere, no frame around it', async () => {
    const policy = (await fetch(`${base}/monitor`)).headers.get('content-security-policy')?.split('; ') ?? []
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]),
    )
    expect(policy.join()).not.toMatch(/unsafe|\*|https?:/)
  })

  it('parts are kept for ever, compressed for whoever takes that', async () => {
    const script = /\/monitor\/assets\/[^"]+\.js/.exec(await (await fetch(`${base}/monitor`)).text())?.[0] ?? ''
    const compressed = await fetch(`${base}${script}`)
    expect(compressed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(compressed.headers.get('content-encoding')).toBe('gzip')
    const plain = await fetch(`${base}${script}`, { headers: { 'Accept-Encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(await plain.text()).toBe(await compressed.text())
  })

  it('of an address that is none the page says so to a browser; whoever asks for data gets none', async () => {
    for (const path of ['/monitor/nothing', '/monitor/flows/1/2', '/monitor/loginx', '/monitor/apis']) {
      const shown = await fetch(`${base}${path}`, { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
      expect([path, shown.status, shown.headers.get('content-type')]).toEqual([path, 404, 'text/html; charset=utf-8'])
      expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect((await fetch(`${base}${path}`, { headers: { Accept: 'application/json' } })).headers.get('content-security-policy')).not.toContain('script-src')
    }
    for (const path of ['/monitor/api/nothing', '/monitor/login', '/monitor/logout', '/monitor/callback?code=1', '/monitor/assets/x.js'])
      expect(await (await fetch(`${base}${path}`, { headers: { Accept: 'text/html' } })).text()).not.toContain('<div id="page">')
  })

  it.each(['/monitor/nothing', '/monitor/assets/nothing.js', '/monitor/assets/..%2Findex.html', '/monitor/flows/1/2'])('%s is not there', async path => {
    expect((await fetch(`${base}${path}`)).status).toBeGreaterThanOrEqual(400)
  })

  it('a hub whose page was not built has none, and starts', () =>
    expect(pageRoutes((_request, _response, next) => next(), join(folder, 'none')).stack).toHaveLength(0))
})
