import { expect, it } from 'vitest'
import type { readConfig } from '../../../gateway/config.ts'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { writeLineage } from '../../../gateway/ledger/flows/lineage.ts'
import { reportOn } from '../../../gateway/monitor/report.ts'
import { message, useLedger } from '../ledger/support.ts'

// The conformance report counts what the ledger holds of one sender: findings of taken messages and errors of refused ones, and nobody else's.

const { db } = await useLedger()
const config = { partners: [{ id: 'CH-OLD', mshApplication: 'DPI', mshFacility: 'CH' }] } as unknown as Extract<
  ReturnType<typeof readConfig>,
  { config: unknown }
>['config']

const finding = (code: string, path: string) => ({ code, severity: 'warning' as const, path })
const at = (minute: number): Date => new Date(Date.UTC(2026, 5, 2, 10, minute))

it('counts each code and place once per sender, with its share, first and last time', async () => {
  const acceptor = createAcceptor(db)
  const sent = [
    {
      findings: [
        finding('order.status-code', 'ORC-1'),
        finding('participation.coding-system', 'PRT[1]-4.3'),
        finding('participation.coding-system', 'PRT[2]-4.3'),
      ],
    },
    { findings: [finding('order.status-code', 'ORC-1')] },
    { refusedWith: [{ code: 'hl7v2.profile' as const, path: 'MSH-21' }], findings: [finding('ins.key', 'PID-3')] },
    { findings: [] },
  ]
  for (const [minute, one] of sent.entries()) await acceptor.accept(message({ sender: 'CH-OLD', receivedAt: at(minute), ...one }))
  await acceptor.accept(message({ sender: 'other', receivedAt: at(9), findings: [finding('order.status-code', 'ORC-1')] }))
  const report = await reportOn({ config, db }, 'DPI/CH', 'fr')
  expect(report).toMatchObject({ sender: 'CH-OLD', messages: 4, refused: 1, since: at(0), last: at(3) })
  expect(
    report.remarks.map(({ code, place, times, messages, share, answer, since, last }) => [code, place, times, messages, share, answer, since, last]),
  ).toEqual([
    ['hl7v2.profile', 'MSH-21', 1, 1, 0.25, 'AE/203', at(2), at(2)],
    ['order.status-code', 'ORC-1', 2, 2, 0.5, null, at(0), at(1)],
    ['participation.coding-system', 'PRT-4.3', 2, 1, 0.25, null, at(0), at(0)],
    ['ins.key', 'PID-3', 1, 1, 0.25, null, at(2), at(2)],
  ])
  expect(report.remarks.map(one => one.correct)).toContain('ORC-1 vaut NW, RO ou CA, jamais SC.')
})

it('what mapping finds is counted beside what acceptance found, once however often it is mapped', async () => {
  const acceptor = createAcceptor(db)
  const { id } = await acceptor.accept(message({ sender: 'mapped', findings: [finding('ins.key', 'PID-3')] }))
  const mapping = {
    mapper: 'm',
    version: 1,
    lineage: [],
    unread: [],
    mappedAt: at(0),
    findings: [finding('ins.key', 'PID-3'), finding('section.empty', 'section[2]')],
  }
  for (let run = 0; run < 2; run += 1) await writeLineage(db, id, mapping)
  const { remarks } = await reportOn({ config, db }, 'mapped', 'en')
  expect(remarks.map(({ code, place, times }) => [code, place, times])).toEqual([
    ['ins.key', 'PID-3', 1],
    ['section.empty', 'section', 1],
  ])
})

it('a partner that has sent nothing has an empty report; a name of nobody is no sender', async () => {
  const silent = { partners: [{ id: 'SILENT' }] } as unknown as typeof config
  expect(await reportOn({ config: silent, db }, 'SILENT', 'en')).toMatchObject({ messages: 0, since: null, remarks: [] })
  await expect(reportOn({ config, db }, 'NOBODY/CH', 'en')).rejects.toMatchObject({ code: 'fhir.path_unknown' })
})
