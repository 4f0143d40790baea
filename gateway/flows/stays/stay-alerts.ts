/*
  What a movement makes known to those who care for the person.
    A01 A04 admission · A03 discharge      at once; their cancellation when the grace time is over, unless the person is admitted, or discharged, again
    A02 A06 A07 transfer                   at once, never taken back
  What is historic (ZBE-5 = Y) or older than a day announces nothing. Decided on what was accepted up to this message, so that an admission that is
  cancelled at once is announced all the same, and taken back.
  Spec: fhir-fr.md 5.1, 7 (a); hl7v2-mssante.md 4.2.
*/
import { type Recorded, type Standing, timelineOf } from '../../../mappers/hl7v2/adt/timeline.ts'
import { toHubError } from '../../../profiles/errors.ts'
import type { EventCode } from '../../../profiles/events/event-types.ts'
import { CHANNELS } from '../../fanout/channels.ts'
import type { StayNews } from '../../fanout/stay-news.ts'
import type { StoredMessage } from '../../ledger/acceptance/bodies.ts'
import type { Tx } from '../../ledger/db.ts'
import { type NewEvent, recordEvent } from '../../ledger/deliveries/events.ts'
import { type AlertKind, cancelAlerts, dueAlerts, lockAlerts, raiseAlert, withdrawAlert } from '../../ledger/stays/stay-alerts.ts'
import type { HubParts } from '../../parts.ts'
import { newTraceparent } from '../../trace.ts'

const KINDS: Readonly<Record<string, AlertKind>> = { A01: 'admission', A04: 'admission', A03: 'discharge' }
const TRANSFERS = ['A02', 'A06', 'A07']
const EVENTS: Readonly<Record<AlertKind, EventCode>> = { admission: 'encounter.adm', discharge: 'encounter.sor' }
const OLDEST_MS = 24 * 3_600_000

export interface MovementNews {
  told: Pick<NewEvent, 'cause' | 'person' | 'patient' | 'resources' | 'channels' | 'traceparent'>
  stay: string
  /** `Organization/<id>` */
  structure: string
  sentences: string[]
  /** Its movements, in the order of their arrival. */
  records: readonly Recorded[]
  message: StoredMessage
  graceSeconds: number
}

/** In the settlement of the movement. */
export async function announceMovement(tx: Tx, news: MovementNews): Promise<void> {
  const records = untilMessage(news.records, news.message.id)
  const record = records.at(-1)
  if (record === undefined) return
  await lockAlerts(tx, { patient: news.told.patient, structure: news.structure })
  const timeline = timelineOf(records)
  if (record.kind === 'cancel') await takeBack(tx, news, { record, timeline })
  if (record.kind === 'insert' && isNews(record, news.message)) await announce(tx, news, { record, timeline })
}

function untilMessage(records: readonly Recorded[], messageId: string): Recorded[] {
  return records.slice(0, records.findIndex(one => one.messageId === messageId) + 1)
}

function isNews({ isHistoric, isRepeat, startsAt }: Recorded, { receivedAt }: StoredMessage): boolean {
  return !isHistoric && !isRepeat && receivedAt.getTime() - Date.parse(startsAt) <= OLDEST_MS
}

interface Known {
  record: Recorded
  timeline: readonly Standing[]
}

async function announce(tx: Tx, { told, stay, structure, sentences, message }: MovementNews, { record, timeline }: Known): Promise<void> {
  if (!timeline.some(({ messageId }) => messageId === record.messageId)) return
  const kind = KINDS[record.trigger]
  const happenedAt = new Date(record.startsAt)
  const base: StayNews = { stay: `Encounter/${stay}`, structure, sentences, happenedAt: record.startsAt, visit: record.visit }
  if (kind === undefined) {
    if (TRANSFERS.includes(record.trigger))
      await recordEvent(tx, { ...told, type: 'encounter.mut', n: 1, changes: ['transfer'], detail: { news: base }, at: message.receivedAt })
    return
  }
  const alert = await raiseAlert(tx, { kind, patient: told.patient, structure, stay, movementIds: record.ids, happenedAt }, message.id)
  if (alert === undefined) return
  const news: StayNews = { ...base, alert: { id: alert.id, state: 'announced' } }
  await recordEvent(tx, { ...told, type: EVENTS[kind], n: 1, changes: [kind], detail: { news }, at: message.receivedAt })
}

async function takeBack(tx: Tx, { told, stay, message, graceSeconds }: MovementNews, { record, timeline }: Known): Promise<void> {
  await cancelAlerts(tx, {
    stay,
    movementIds: record.ids,
    cause: message.id,
    cancelledAt: new Date(record.recordedAt),
    resources: told.resources,
    graceSeconds,
    heirs: timeline.flatMap(({ trigger, ids, isHistoric }) => {
      const kind = KINDS[trigger]
      return kind === undefined || isHistoric ? [] : [{ kind, movementIds: ids }]
    }),
  })
}

/** Tells what was taken back, once its grace time is over. One that cannot be told now holds back no other. */
export async function sweepStayAlerts({ db, keys, log }: Pick<HubParts, 'db' | 'keys' | 'log'>): Promise<void> {
  for (const due of await dueAlerts(db)) {
    await db
      .tx(async tx => {
        await lockAlerts(tx, due)
        const alert = await withdrawAlert(tx, due.id)
        if (alert === undefined) return
        const { id, kind, patient, structure, stay, happenedAt, cancelledAt, cancelledBy, resources } = alert
        // Later than what it takes back, whatever the clock of the sender says.
        const at = new Date(Math.max(cancelledAt.getTime(), happenedAt.getTime() + 1000))
        const news: StayNews = { stay: `Encounter/${stay}`, structure, sentences: [], happenedAt: at.toISOString(), alert: { id, state: 'withdrawn' } }
        await recordEvent(tx, {
          cause: cancelledBy,
          type: EVENTS[kind],
          n: 1,
          person: keys.pseudonym(patient),
          patient,
          resources,
          changes: ['annulation'],
          detail: { news },
          channels: [...CHANNELS],
          traceparent: newTraceparent(),
          at: new Date(),
        })
      })
      .catch((error: unknown) => log.warn('stay-alert.failed', { code: toHubError(error).code }))
  }
}
