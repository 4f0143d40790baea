/*
  The mail of a signed edition of a plan to a member who has only a mailbox: the CDA as it stands in the store.
*/
import type { Binary } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'
import type { Publication } from '../flows/rendition.ts'
import type { StoredEvent } from '../ledger/events.ts'
import type { HubParts } from '../parts.ts'
import type { Route } from './route.ts'
import { messageIdOf, threadOf } from './route-mail.ts'

export function sendEdition({ parts, event, publication }: { parts: HubParts; event: StoredEvent; publication: Publication }): Route['send'] {
  const { breakers, config, connectors, store, workers } = parts
  return async (delivery, signal) => {
    const { traceparent } = event
    const [, id = ''] = publication.content.split('/')
    const content = await breakers.of('hapi').run(() => store.read<Binary>('Binary', id, { traceparent }))
    if (content?.data === undefined) throw new HubError('hub.defect', { path: 'Binary.data' })
    const { address, displayName } = config.connectors.mssante
    const { name, nil, version, contact, oid } = config.product
    const payload = await workers.run('renderEditionMail', {
      document: new Uint8Array(Buffer.from(content.data, 'base64')),
      change: publication.change,
      address: delivery.recipient,
      from: { address, name: displayName },
      reference: delivery.reference,
      messageId: messageIdOf(config, delivery.reference),
      ...(await threadOf(parts, delivery, publication)),
      date: event.at,
      product: { name, version, contact: contact ?? address, reference: nil },
      sourceId: oid,
    })
    return breakers.of('mail').run(() => connectors.mssante.send({ deliveryId: delivery.id, payload, traceparent }, config.connectors.mssante, signal))
  }
}
