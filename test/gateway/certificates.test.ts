import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { thresholdOf, watchExpiries } from '../../gateway/certificates.ts'
import { type HubConfig, readConfig } from '../../gateway/config.ts'
import type { Log } from '../../gateway/log.ts'
import { createMetrics } from '../../gateway/metrics.ts'
import { issue, makeAuthority, revoke } from '../support/certificates.ts'

const folder = mkdtempSync(join(tmpdir(), 'hub-certificates-'))
afterAll(() => rmSync(folder, { recursive: true }))
const DAY = 86_400_000
const now = new Date('2026-03-01T00:00:00Z')

function watch(http: Partial<HubConfig['http']>) {
  const read = readConfig(join(import.meta.dirname, '../../docker/hub.example.json'))
  if ('faults' in read) throw new Error('the example is faulty')
  const lines: string[] = []
  const note = (event: string, fields: Record<string, unknown> = {}): void => void lines.push(`${event} ${fields['path']}`)
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log }
  const metrics = createMetrics()
  return { lines, metrics, expiries: watchExpiries({ config: { ...read.config, http: { ...read.config.http, ...http } }, log, metrics }) }
}

describe('the end of certificates', () => {
  const authority = makeAuthority(folder)

  it.each([
    [31, undefined],
    [30, 30],
    [8, 30],
    [7, 7],
    [1, 1],
    [0, 0],
    [-3, 0],
  ])('%s days before the end', (days, threshold) => {
    expect(thresholdOf({ endsAt: new Date(now.getTime() + days * DAY), warnAt: [0, 1, 7, 30] }, now)).toBe(threshold)
  })

  it('warns once per threshold of ours and of a partner, and shows both as seconds', async () => {
    const { certFile, keyFile } = issue(folder, authority, { name: 'hub', days: 20 })
    const { lines, metrics, expiries } = watch({ certFile, keyFile })
    const from = Date.now()
    expiries.seen('DPI-1', new Date(from + 6 * DAY))
    for (const days of [0, 0, 14, 25]) expiries.look(new Date(from + days * DAY))
    expiries.stop()
    expect(lines).toEqual([
      'certificate.expiring http.certFile',
      'certificate.expiring partners.DPI-1',
      'certificate.expiring http.certFile',
      'certificate.expired partners.DPI-1',
      'certificate.expired http.certFile',
    ])
    const { text } = await metrics.page()
    expect(text).toMatch(/hub_certificate_expiry_seconds\{certificate="http\.certFile"\} 17\d{5}/)
    expect(text).toMatch(/hub_certificate_expiry_seconds\{certificate="partners\.DPI-1"\} 51\d{4}/)
  })

  it('a list of revoked certificates is told when a third of its life is left, shown as seconds, and is near its end no more once it is replaced', async () => {
    const { lines, metrics, expiries } = watch({ clientCrlFile: revoke(folder, authority, []) })
    const name = 'http.clientCrlFile'
    const inHours = (hours: number) => new Date(Date.now() + hours * (DAY / 24))
    expect([expiries.all(inHours(31)).get(name), expiries.all(inHours(33)).get(name)?.getTime()]).toEqual([null, expect.closeTo(Date.now() + 2 * DAY, -4)])
    for (const hours of [31, 33, 40, 49]) expiries.look(inHours(hours))
    expiries.stop()
    expect(lines).toEqual([`certificate.expiring ${name}`, `certificate.expired ${name}`])
    expect((await metrics.page()).text).toMatch(/hub_certificate_expiry_seconds\{certificate="http\.clientCrlFile"\} 172\d{3}/)
  })
})
