/*
  Incidents, of one subject or of all: what, about whom, since when, and who was told.
*/
import type { Asked } from '../../api.ts'
import { count, when } from '../../formats.ts'
import { hubPart } from '../../hub-part.ts'
import { language, textsIn, titled } from '../../language.ts'
import { Await } from '../../parts/states.tsx'
import { Status } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { PARTNERS } from '../../texts/partners.ts'
import type { Incident } from './partner.ts'

export function Incidents({ asked }: { asked: Asked<{ items: Incident[] }> }) {
  const texts = textsIn(PARTNERS)
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">{texts.incidents}</h2>
      <Await asked={asked}>
        {({ items }) => <Table label={texts.incidents} columns={columns()} rows={openFirst(items)} idOf={({ id }) => id} empty={texts.noIncident} />}
      </Await>
    </section>
  )
}

/** What is still wrong comes first; the newest first of either. */
const openFirst = (items: readonly Incident[]): Incident[] => [...items].sort((a, b) => (a.state === b.state ? 0 : a.state === 'open' ? -1 : 1))

function columns(): Column<Incident>[] {
  const texts = textsIn(PARTNERS)
  const { what, about, since, until, count: number, told } = texts.incidentColumns
  return [
    { name: 'what', title: what, cell: one => <What incident={one} /> },
    {
      name: 'about',
      title: about,
      cell: ({ subject, name }) => <a href={`/monitor/partners?partner=${encodeURIComponent(subject)}`}>{hubPart(subject, name)}</a>,
    },
    { name: 'since', title: since, cell: one => when(one.since) },
    { name: 'until', title: until, cell: one => when(one.closedAt) },
    { name: 'count', title: number, isNumber: true, cell: one => count(one.count) },
    { name: 'told', title: told, cell: ({ alerts }) => alerts.map(alert => <Told key={`${alert.moment} ${alert.way}`} alert={alert} />) },
  ]
}

function What({ incident: { state, text, reason, code } }: { incident: Incident }) {
  const texts = textsIn(PARTNERS)
  return (
    <>
      <Status tone={state === 'open' ? 'bad' : 'good'} text={`${text[language()]} (${texts.states[state]})`} />
      {code !== null && (
        <small class="line">
          {reason?.[language()]} <code>{code}</code>
        </small>
      )}
    </>
  )
}

function Told({ alert: { moment, way, state } }: { alert: Incident['alerts'][number] }) {
  const texts = textsIn(PARTNERS)
  return <small class="line">{titled(`${texts.moments[moment]}, ${texts.ways[way]}`, texts.sentStates[state] ?? state)}</small>
}
