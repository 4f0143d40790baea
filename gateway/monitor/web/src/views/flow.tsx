/*
  One flow: its time line, who received it and who did not, the message, the FHIR made from it, and how the two hang together.
*/
import { useEffect, useState } from 'preact/hooks'
import { type Asked, post, useApi } from '../api.ts'
import { documentType } from '../document-type.ts'
import { count, when } from '../formats.ts'
import { language, textsIn } from '../language.ts'
import { ReasonDialog } from '../parts/dialog.tsx'
import { Await, Failed } from '../parts/states.tsx'
import { Status } from '../parts/status.tsx'
import { FLOW } from '../texts/flow.ts'
import { statusTone, statusWord } from '../texts/statuses.ts'
import type { ViewProps } from '../views.ts'
import { Documents } from './flow/documents.tsx'
import './flow/flow.css'
import { Lineage } from './flow/lineage.tsx'
import { Recipients } from './flow/recipients.tsx'
import type { Journey, Made, Recipient, Source } from './flow/shapes.ts'
import { TimeLine } from './flow/time-line.tsx'
import { stateOf } from './flows/flow-item.ts'

/** Looked at again while something moves. */
const UNDER_WAY = new Set(['received', 'running', 'waiting'])
const SOON_MS = 3000

export function Flow({ id, viewer }: ViewProps) {
  const texts = textsIn(FLOW)
  const at = `/monitor/api/flows/${encodeURIComponent(id)}`
  const journey = useApi<Journey>(`${at}/journey`)
  const recipients = useApi<{ items: Recipient[] }>(`${at}/recipients`)
  useLookAgain(journey, recipients)
  if (journey.json === undefined && journey.fault !== undefined)
    return (
      <>
        <h1>{texts.title}</h1>
        <Failed fault={journey.fault} again={journey.again} />
      </>
    )
  return (
    <Await asked={journey}>
      {shown => (
        <article data-id={shown.id}>
          <Heading journey={shown} mayReplay={viewer.role === 'operator'} />
          <nav aria-label={texts.inside} class="inside">
            {Object.entries(texts.sections).map(([section, title]) => (
              <a key={section} href={`#${section}`}>
                {title}
              </a>
            ))}
          </nav>
          <h2 id="time-line">{texts.sections['time-line']}</h2>
          <TimeLine steps={shown.steps} />
          <h2 id="recipients">{texts.sections.recipients}</h2>
          <Await asked={recipients}>{({ items }) => <Recipients items={items} />}</Await>
          <Content key={String(isStored(shown))} at={at} id={shown.id} mayReveal={viewer.role !== 'observer'} />
        </article>
      )}
    </Await>
  )
}

function useLookAgain(journey: Asked<Journey>, recipients: Asked<unknown>): void {
  const { json } = journey
  useEffect(() => {
    if (json === undefined || !UNDER_WAY.has(json.status)) return
    const timer = setTimeout(() => {
      journey.again()
      recipients.again()
    }, SOON_MS)
    return () => clearTimeout(timer)
  }, [json])
}

/** From then on there is FHIR to show. */
const isStored = ({ steps }: Journey): boolean => steps.some(({ step, outcome }) => step === 'stored' && outcome === 'ok')

function Heading({ journey, mayReplay }: { journey: Journey; mayReplay: boolean }) {
  const texts = textsIn(FLOW)
  const { facts } = texts
  const said = [
    [facts.sender, journey.sender],
    [facts.territory, journey.territory],
    [facts.document, journey.documentId === null ? null : `${documentType(journey.documentType)} · ${journey.documentId}`],
    [facts.received, when(journey.receivedAt)],
    [facts.door, journey.door],
    [facts.size, `${count(journey.size)} ${texts.bytes}`],
  ] as const
  return (
    <>
      <div class="heading">
        <h1>
          {texts.title} <bdi>{journey.controlId || journey.id}</bdi>
        </h1>
        <Status tone={statusTone(stateOf(journey))} text={statusWord(stateOf(journey))} />
      </div>
      <div class="card">
        <dl class="facts">
          {said.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value || '–'}</bdi>
              </dd>
            </div>
          ))}
        </dl>
        <Standing journey={journey} />
        {mayReplay && (
          <p>
            <a href={`/monitor/replay?${new URLSearchParams({ controlId: journey.controlId, sender: journey.sender })}`}>{texts.replay}</a>
          </p>
        )}
      </div>
    </>
  )
}

/** What to do, and what was found on the way. */
function Standing({ journey: { standing, findings } }: { journey: Journey }) {
  const texts = textsIn(FLOW)
  return (
    <>
      {standing.sentence !== undefined && (
        <p class="why">
          {standing.sentence[language()]} <code>{standing.path === null ? standing.code : `${standing.code} ${texts.at} ${standing.path}`}</code>
        </p>
      )}
      <p>
        <strong>{texts.next} :</strong> {standing.next[language()]}
      </p>
      {findings.length > 0 && (
        <details>
          <summary>
            {texts.findings} ({count(findings.length)})
          </summary>
          <ul>
            {findings.map(({ code, path, sentence }) => (
              <li key={`${code} ${path}`}>
                <code>{code}</code> {texts.at} <code>{path}</code> {sentence?.[language()]}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

interface Revealed {
  reason: string
  source: Source
  made: Made
}

/** Hidden until a reason is given, which opens message and resources together. */
function Content({ at, id, mayReveal }: { at: string; id: string; mayReveal: boolean }) {
  const texts = textsIn(FLOW)
  const source = useApi<Source>(`${at}/message`)
  const made = useApi<Made>(`${at}/resources`)
  const [revealed, setRevealed] = useState<Revealed>()
  const [isAsking, setIsAsking] = useState(false)
  const reveal = async (reason: string): Promise<void> => {
    const [message, resources] = await Promise.all([post<Source>(`${at}/message`, { reason }), post<Made>(`${at}/resources`, { reason })])
    setRevealed({ reason, source: message, made: resources })
  }
  return (
    <>
      <h2 id="message">{texts.sections.message}</h2>
      <div class="actions">
        <span>{revealed === undefined ? texts.hiddenNote : texts.revealed}</span>
        {mayReveal && revealed === undefined && (
          <button type="button" class="plain" onClick={() => setIsAsking(true)}>
            {texts.reveal}
          </button>
        )}
      </div>
      <ReasonDialog
        title={texts.revealTitle}
        text={texts.revealText}
        action={texts.reveal}
        isOpen={isAsking}
        onReason={reveal}
        onClose={() => setIsAsking(false)}
      />
      {source.fault !== undefined && <Failed fault={source.fault} again={source.again} />}
      {revealed !== undefined && <Documents source={revealed.source} id={id} reason={revealed.reason} />}
      <h2 id="resources">{texts.sections.resources}</h2>
      {made.fault !== undefined && <Failed fault={made.fault} again={made.again} />}
      <Lineage source={revealed?.source ?? source.json} made={revealed?.made ?? made.json} />
    </>
  )
}
