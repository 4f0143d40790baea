/*
  A process that judges and tells as a hub does, for as long as it lives: made to be killed. What is wrong is what the table `wrong` says.
  In: URL of the ledger, URL of the webhook, file of its secret.
*/
import { setTimeout as pause } from 'node:timers/promises'
import { connector as subscription } from '../../../connectors/subscription/index.ts'
import { openLedger } from '../../../gateway/ledger/db.ts'
import { alerts } from '../../../gateway/monitor/incidents/config.ts'
import type { Condition } from '../../../gateway/monitor/incidents/judge.ts'
import { type TellingParts, tellAlerts } from '../../../gateway/monitor/incidents/tell.ts'
import { applyVerdict } from '../../../gateway/monitor/incidents/watch.ts'

const [, , ledger = '', url = '', secretFile = ''] = process.argv
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const db = await openLedger({ url: ledger, max: 2, log })
const settings = alerts.parse({ endAfterSeconds: 0, partnerDownSeconds: 0, webhooks: [{ url, secretFile }], webhookAllow: ['127.0.0.1'] })
const away = { port: 0 }
const config = {
  alerts: settings,
  partners: [],
  clients: [],
  organizations: [],
  http: { host: '127.0.0.1', port: 0 },
  ledger: { url: ledger },
  store: { url: 'http://127.0.0.1/' },
  kafka: { brokers: [] },
  connectors: { hospital: away, mssante: { address: 'hub@operateur.test', smtp: away, imap: away }, platform: {}, subscription: subscription.config.parse({}) },
}
const parts = { config, db, log, connectors: { subscription } } as unknown as TellingParts
const keys = { reference: (value: string) => value }

for (;;) {
  const { rows: conditions } = await db.query<Condition>("select 'partner.down' as kind, subject from wrong", [])
  await db.tx(tx => applyVerdict(tx, { conditions, alerts: settings, keys, now: new Date() }))
  await tellAlerts(parts, new AbortController().signal)
  await pause(50)
}
