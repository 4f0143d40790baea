/*
  One partner: how it does, its incidents, what it sends wrong, who held it. What is no partner (a part of the hub, a certificate) has its incidents alone.
*/
import { useApi } from '../../api.ts'
import { count, share, when } from '../../formats.ts'
import { hubPart } from '../../hub-part.ts'
import { textsIn } from '../../language.ts'
import { Empty, Failed } from '../../parts/states.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { PARTNERS } from '../../texts/partners.ts'
import { Certificate, Connection, Exchanged, Held, Levels, Seen, Silence } from './cells.tsx'
import { Incidents } from './incidents.tsx'
import type { Holding, Incident, PartnerDetail, Remark } from './partner.ts'

interface DetailProps {
  id: string
  window: string
  /** Changes with each look. */
  turn: number
  mayAct: boolean
  onAct: (holding: Holding) => void
}

export function Detail({ id, window, turn, mayAct, onAct }: DetailProps) {
  const texts = textsIn(PARTNERS)
  const query = new URLSearchParams(window)
  const asked = useApi<PartnerDetail>(`/monitor/api/partners/${encodeURIComponent(id)}?${query}#${turn}`)
  const incidents = useApi<{ items: Incident[] }>(`/monitor/api/incidents?partner=${encodeURIComponent(id)}#${turn}`)
  const { json: partner, fault } = asked
  return (
    <section aria-labelledby="partner" data-id={id}>
      <p>
        <a href="/monitor/partners">{texts.back}</a>
      </p>
      <h2 id="partner">{partner?.name ?? hubPart(id)}</h2>
      {fault !== undefined && fault.status !== 404 && <Failed fault={fault} again={asked.again} />}
      {partner !== undefined && <Facts partner={partner} mayAct={mayAct} onAct={onAct} />}
      <Incidents asked={incidents} />
      {partner !== undefined && (
        <>
          <Report report={partner.report} />
          <Pauses pauses={partner.pauses} />
        </>
      )}
    </section>
  )
}

function Facts({ partner, mayAct, onAct }: { partner: PartnerDetail } & Pick<DetailProps, 'mayAct' | 'onAct'>) {
  const texts = textsIn(PARTNERS)
  const { facts, columns } = texts
  const { conformance } = partner
  const rows = [
    [facts.id, <code key="id">{partner.id}</code>],
    [facts.kind, texts.kinds[partner.kind] ?? partner.kind],
    [facts.finess, partner.finess ?? '–'],
    [facts.territory, partner.territory ?? '–'],
    [facts.seen, <Seen key="seen" at={partner.lastSeen} />],
    [columns.act, <Held key="held" partner={partner} mayAct={mayAct} onAct={onAct} />],
    [columns.connection, <Connection key="connection" partner={partner} />],
    [columns.certificate, <Certificate key="certificate" partner={partner} />],
    [columns.received, <Exchanged key="received" of={partner.received} />],
    [columns.sent, <Exchanged key="sent" of={partner.sent} />],
    [
      facts.conformance,
      conformance === null
        ? '–'
        : texts.refused({ refused: count(conformance.refused), messages: count(conformance.messages), share: share(conformance.share) }),
    ],
    [columns.levels, <Levels key="levels" levels={partner.serviceLevels} />],
    [columns.silence, <Silence key="silence" partner={partner} />],
  ] as const
  return (
    <dl class="facts">
      {rows.map(([title, text]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}

function Report({ report }: Pick<PartnerDetail, 'report'>) {
  const texts = textsIn(PARTNERS)
  const { code, place, messages, share: part, last, correct } = texts.reportColumns
  const columns: Column<Remark>[] = [
    {
      name: 'code',
      title: code,
      cell: one => (
        <a href={`/monitor/flows?finding=${encodeURIComponent(one.code)}`}>
          <code>{one.code}</code> {one.answer}
        </a>
      ),
    },
    { name: 'place', title: place, cell: one => <code>{one.place}</code> },
    { name: 'messages', title: messages, isNumber: true, cell: one => count(one.messages) },
    { name: 'share', title: part, isNumber: true, cell: one => share(one.share) },
    { name: 'last', title: last, cell: one => when(one.last) },
    { name: 'correct', title: correct, cell: one => one.correct },
  ]
  if (report === null) return null
  return (
    <section aria-labelledby="report">
      <h2 id="report">{texts.report}</h2>
      <p>{texts.reportOf({ messages: count(report.messages), refused: count(report.refused) })}</p>
      <Table label={texts.report} columns={columns} rows={report.remarks} idOf={one => `${one.kind} ${one.code} ${one.place}`} empty={texts.noRemark} />
    </section>
  )
}

function Pauses({ pauses }: Pick<PartnerDetail, 'pauses'>) {
  const texts = textsIn(PARTNERS)
  const titles = texts.pauseColumns
  const columns: Column<PartnerDetail['pauses'][number]>[] = [
    { name: 'at', title: titles.at, cell: one => when(one.at) },
    { name: 'by', title: titles.by, cell: one => one.by },
    { name: 'reason', title: titles.reason, cell: one => one.reason ?? '–' },
    { name: 'resumed-at', title: titles.resumedAt, cell: one => when(one.resumedAt) },
    { name: 'resumed-by', title: titles.resumedBy, cell: one => one.resumedBy ?? '–' },
    { name: 'resume-reason', title: titles.resumeReason, cell: one => one.resumeReason ?? '–' },
  ]
  return (
    <section aria-labelledby="pauses">
      <h2 id="pauses">{texts.pauses}</h2>
      {pauses.length === 0 ? <Empty text={texts.noPause} /> : <Table label={texts.pauses} columns={columns} rows={pauses} idOf={one => one.at} />}
    </section>
  )
}
