/*
  What waits for a fault of a certificate is tried as soon as our own files change (the authorities we trust, the certificate we show), and at SIGHUP: of a subscriber's renewal the hub hears no other way.
*/
import { once } from 'node:events'
import { unwatchFile, watchFile } from 'node:fs'
import { toHubError } from '../../../profiles/errors.ts'
import { wakeCertificateLanes } from '../../ledger/deliveries/subscriptions.ts'
import type { HubParts } from '../../parts.ts'
import { forgetCertificateFaults } from '../subscribers/subscriber-turn.ts'

const LOOK_MS = 1000

/** Until aborted. */
export async function retryCertificates({ config, db, log }: Pick<HubParts, 'config' | 'db' | 'log'>, signal: AbortSignal): Promise<void> {
  const { caFile, certFile, keyFile } = config.connectors.subscription
  const files = [caFile, certFile, keyFile].filter(file => file !== undefined)
  const again = (): void => {
    forgetCertificateFaults()
    wakeCertificateLanes(db).then(
      count => log.info('certificate.retried', { connector: 'subscription', count }),
      (error: unknown) => log.warn('certificate.retry-failed', { connector: 'subscription', code: toHubError(error).code }),
    )
  }
  for (const file of files) watchFile(file, { interval: LOOK_MS, persistent: false }, again)
  process.on('SIGHUP', again)
  if (!signal.aborted) await once(signal, 'abort')
  process.off('SIGHUP', again)
  for (const file of files) unwatchFile(file, again)
}
