import { describe, expect, it } from 'vitest'
import { createBreakers } from '../../../gateway/breaker.ts'
import { hospitalRoute } from '../../../gateway/fanout/hospital-route.ts'
import { sendEdition } from '../../../gateway/fanout/route-edition.ts'
import { mailRoute } from '../../../gateway/fanout/route-mail.ts'
import { noticeRoute } from '../../../gateway/fanout/route-notice.ts'
import { declarationRoute } from '../../../gateway/fanout/route-platform.ts'
import type { Delivery } from '../../../gateway/ledger/deliveries.ts'
import { HubError } from '../../../profiles/errors.ts'
import type { Route } from '../../../gateway/fanout/sending.ts'

const delivery = { id: 'd', recipient: 'ch-1', level: 'complet', channel: 'mssante' } as Delivery
const event = { type: 'document.depose', patient: 'Patient/1', at: new Date(), detail: null, resources: [] }

describe('for a partner who is known to be away', () => {
  it.each<[string, (sending: never) => Route['send']]>([
    ['mail', sending => mailRoute(sending).send],
    ['mail', sending => noticeRoute(sending).send],
    ['mail', sending => sendEdition(sending)],
    ['platform', sending => declarationRoute(sending, { document: 'DocumentReference/1' }).send],
    ['hospital:ch-1', sending => hospitalRoute(sending, async () => Promise.reject(new Error('rendered'))).send],
  ])('%s: nothing is read or rendered in vain', async (dependency, routed) => {
    const breakers = createBreakers()
    const away = new HubError('mssante.unreachable', { dependency })
    await expect(breakers.of(dependency).run(() => Promise.reject(away))).rejects.toBe(away)
    const rendered = async (): Promise<never> => Promise.reject(new Error('rendered'))
    const config = { connectors: { mssante: { address: 'hub@hub.mssante.fr' }, hospital: {}, platform: {} }, product: {} }
    const parts = { breakers, config, db: { query: rendered }, store: { read: rendered }, workers: { run: rendered } }
    const mailed = { content: 'Binary/1', change: 'create' }
    const send = routed({ parts, event, mailed, deposit: { document: 'DocumentReference/1' } } as never)
    await expect(send(delivery, new AbortController().signal)).rejects.toMatchObject({ dependency })
  })
})
