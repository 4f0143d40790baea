/*
  Tells of incidents, one attempt per alert and claim: a mail by the hub's operator, a signed POST by the guarded way of notifications.
    POST <url>   Idempotency-Key: <incident>.<start|end>   X-Hub-Signature-256: sha256=<HMAC-SHA256 of the body, hex>
  A crash in the middle repeats the attempt with the same Message-ID or key, so that the receiver can tell.
*/
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { HubError, toHubError } from '../../../profiles/errors.ts'
import { monitorBase } from '../../base-url.ts'
import { messageIdOf } from '../../fanout/routes/route-mail.ts'
import { endpointRules } from '../../fhir/subscription/endpoint-rules.ts'
import { type Alert, alertGivenUp, alertLater, alertSent, claimAlerts } from '../../ledger/watch/alerts.ts'
import { readIncident } from '../../ledger/watch/incidents.ts'
import type { HubParts } from '../../parts.ts'
import { nameOfPartner } from '../partners/register.ts'
import { jsonOf, subjectOf, type Told, textOf } from './words.ts'

export type TellingParts = Pick<HubParts, 'config' | 'db' | 'breakers' | 'connectors' | 'log'>

const AT_ONCE = 20
/** About a day of attempts. */
const MOST_ATTEMPTS = 300
const LONGEST_PAUSE_MS = 300_000

/** Side by side: nobody waits for somebody else, and none of them longer than its claim. */
export async function tellAlerts(parts: TellingParts, signal: AbortSignal): Promise<void> {
  const tellOne = (alert: Alert): Promise<void> =>
    tell(parts, alert, signal).then(
      () => alertSent(parts.db, alert),
      error => settleFailure(parts, alert, toHubError(error)),
    )
  await Promise.all((await claimAlerts(parts.db, AT_ONCE)).map(tellOne))
}

async function settleFailure({ db, log }: TellingParts, alert: Alert, error: HubError): Promise<void> {
  const { incidentId: eventId, way: channel, attempts: attempt } = alert
  const isLost = error.dependency === undefined && (error.kind === 'reject' || attempt >= MOST_ATTEMPTS)
  log.warn(isLost ? 'alert.given-up' : 'alert.postponed', { eventId, channel, attempt, code: error.code })
  if (isLost) return alertGivenUp(db, alert, error.code)
  return alertLater(db, alert, { code: error.code, delayMs: Math.min(Math.max(1000 * 2 ** Math.min(attempt, 10), error.retryAfterMs ?? 0), LONGEST_PAUSE_MS) })
}

/** Throws: whatever means "later"; of kind `reject`: never. */
async function tell(parts: TellingParts, alert: Alert, signal: AbortSignal): Promise<void> {
  const told = await toldOf(parts, alert)
  await (alert.way === 'mail' ? mail(parts, { alert, told, signal }) : post(parts, { alert, told, signal }))
}

interface Telling {
  alert: Alert
  told: Told
  signal: AbortSignal
}

async function mail({ config, breakers, connectors }: TellingParts, { alert, told, signal }: Telling): Promise<void> {
  const { mssante } = config.connectors
  const { language, timeZone } = config.alerts
  const payload = {
    from: { address: mssante.address, name: mssante.displayName },
    to: alert.recipient,
    subject: subjectOf(told, language),
    messageId: messageIdOf(config, alert.reference),
    envelopeId: alert.reference,
    date: (alert.moment === 'start' ? told.incident.openedAt : told.incident.closedAt) ?? told.incident.since,
    headers: { 'X-MSS-NIL': config.product.nil, 'Auto-Submitted': 'auto-generated' },
    text: textOf(told, { language, timeZone }),
    attachments: [],
    archive: [],
    requestReadReceipt: false,
  }
  await breakers.of('mail').run(() => connectors.mssante.send({ deliveryId: alert.incidentId, payload }, mssante, signal))
}

async function post({ config, connectors }: TellingParts, { alert, told, signal }: Telling): Promise<void> {
  const webhook = config.alerts.webhooks.find(({ url }) => url === alert.recipient)
  // It has left the configuration meanwhile.
  if (webhook === undefined) throw new HubError('subscription.endpoint', { path: 'alerts.webhooks' })
  const json = jsonOf(told)
  const signature = createHmac('sha256', secretOf(webhook.secretFile)).update(json).digest('hex')
  const headers = [`Idempotency-Key: ${alert.incidentId}.${alert.moment}`, `X-Hub-Signature-256: sha256=${signature}`]
  const payload = { endpoint: webhook.url, headers, json, contentType: 'application/json' }
  const rules = endpointRules(config)
  const settings = { ...rules, allow: [...rules.allow, ...config.alerts.webhookAllow] }
  await connectors.subscription.send({ deliveryId: alert.incidentId, payload }, settings, signal)
}

function secretOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new HubError('hub.busy', { path: 'alerts.webhooks.secretFile', cause })
  }
}

async function toldOf({ config, db }: TellingParts, { incidentId, moment }: Alert): Promise<Told> {
  const incident = await readIncident(db, incidentId)
  if (incident === undefined) throw new HubError('hub.defect', { path: 'incident' })
  const name = nameOfPartner(config, incident.subject)
  return { incident, moment, name, url: `${monitorBase(config)}/partners?incident=${incident.id}` }
}
