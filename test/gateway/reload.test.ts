import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../gateway/config.ts'
import type { Log } from '../../gateway/log.ts'
import { requireSender } from '../../gateway/partners.ts'
import { type LiveConfig, liveConfig, reload } from '../../gateway/reload.ts'

const example = join(import.meta.dirname, '../../docker/hub.example.json')
const folder = mkdtempSync(join(tmpdir(), 'hub-reload-'))
const path = join(folder, 'hub.json')
afterAll(() => rmSync(folder, { recursive: true }))

interface Example {
  partners: Record<string, unknown>[]
  clients: Record<string, unknown>[]
  logLevel?: string
}

let live: LiveConfig
let lines: { event: string; path?: unknown; reason?: unknown }[]
const note = (event: string, fields: Record<string, unknown> = {}): void => void lines.push({ event, ...fields })
const log: Log = { debug: note, info: note, warn: note, error: event => void lines.push({ event }), child: () => log }

function change(edit: (config: Example) => void): void {
  const config = JSON.parse(readFileSync(path, 'utf8')) as Example
  edit(config)
  writeFileSync(path, JSON.stringify(config))
  reload(path, live, log)
}

beforeEach(() => {
  cpSync(example, path)
  const read = readConfig(path)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  live = liveConfig(read.config)
  lines = []
})

const senderBy = (certificate: string): string => requireSender(live.config, 'DPI-1', 'CH-1', certificate).id

describe('a configuration that changes while the hub runs', () => {
  it('the new certificate of a partner is taken and its old one no more, without a restart', () => {
    expect(senderBy('SHA-256-OF-ITS-CLIENT-CERTIFICATE-BASE64URL')).toBe('DPI-1')
    change(({ partners }) => {
      if (partners[0] !== undefined) partners[0]['certificate'] = 'ANOTHER'
    })
    expect(senderBy('ANOTHER')).toBe('DPI-1')
    expect(() => senderBy('SHA-256-OF-ITS-CLIENT-CERTIFICATE-BASE64URL')).toThrow(expect.objectContaining({ code: 'sender.certificate', path: 'MSH-3' }))
    expect(lines.map(line => line.event)).toEqual(['config.reloaded'])
  })

  it('a file with a fault is refused in one line that names the place, and the old one stays', () => {
    change(({ partners }) => void partners.push({ id: 'DPI-1', kind: 'nobody' }))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ event: 'config.refused', reason: expect.stringContaining('partners.2.kind') })
    writeFileSync(path, '{')
    reload(path, live, log)
    expect(lines[1]).toMatchObject({ event: 'config.refused' })
    expect(senderBy('SHA-256-OF-ITS-CLIENT-CERTIFICATE-BASE64URL')).toBe('DPI-1')
  })

  it('a client whose keys cannot be read is refused as a whole', () => {
    change(({ clients }) => {
      clients[0] = { ...clients[0], jwksUri: undefined, jwksFile: join(folder, 'absent.json') }
    })
    expect(lines.map(line => line.event)).toEqual(['config.refused'])
    expect(live.config.clients[0]?.jwksUri).toBe('https://portail.example.test/jwks')
  })

  it('what only counts from the next start is named', () => {
    change(config => {
      config.logLevel = 'debug'
    })
    expect(lines).toMatchObject([{ event: 'config.reloaded' }, { event: 'config.restart-needed', path: 'logLevel' }])
    expect(live.config.logLevel).toBe('info')
  })
})

describe('who sends, with TLS', () => {
  it('a partner that says it is another one is refused', () => {
    change(({ partners }) => void partners.push({ id: 'DPI-2', kind: 'hospital', mshApplication: 'DPI-2', mshFacility: 'CH-2', certificate: 'SECOND' }))
    expect(requireSender(live.config, 'DPI-2', 'CH-2', 'SECOND').id).toBe('DPI-2')
    for (const certificate of ['SECOND', undefined])
      expect(() => requireSender(live.config, 'DPI-1', 'CH-1', certificate)).toThrow(expect.objectContaining({ code: 'sender.certificate', path: 'MSH-3' }))
  })
})
