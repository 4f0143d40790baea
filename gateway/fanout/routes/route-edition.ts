/*
  A CDA that stands in the store, an edition that we signed or what a client deposited, and its mail to a member who has only a mailbox; its bytes as they are.
*/
import type { Binary, DocumentReference } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import type { Publication } from '../../flows/plan/rendition.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import type { HubParts } from '../../parts.ts'
import type { StoredEdition } from '../../workers/render-edition.ts'
import { messageIdOf, threadOf } from './route-mail.ts'
import { type Enclosed, writtenOf } from '../written.ts'
import type { Route } from './sending.ts'

export interface Edition {
  parts: HubParts
  event: StoredEvent
  mailed: Publication | Enclosed
}

export function sendEdition(edition: Edition): Route['send'] {
  const { parts, event, mailed } = edition
  const { breakers, config, connectors, workers } = parts
  return async (delivery, signal) => {
    const { traceparent } = event
    const { address, displayName } = config.connectors.mssante
    const { name, nil, version, contact, oid } = config.product
    const payload = await workers.run('renderEditionMail', {
      ...(await storedEdition(edition)),
      address: delivery.recipient,
      from: { address, name: displayName },
      reference: delivery.reference,
      messageId: messageIdOf(config, delivery.reference),
      ...(await threadOf(parts, delivery, mailed)),
      date: event.at,
      product: { name, version, contact: contact ?? address, reference: nil },
      sourceId: oid,
    })
    return breakers.of('mail').run(() => connectors.mssante.send({ deliveryId: delivery.id, payload, traceparent }, config.connectors.mssante, signal))
  }
}

/** Throws: hub.defect where it is not there any more, store.unavailable. */
export async function storedEdition(edition: Edition): Promise<StoredEdition> {
  const { event, mailed } = edition
  const { flags = [], documentType } = writtenOf(event) ?? {}
  return {
    document: await contentOf(edition),
    change: mailed.change,
    labels: flags,
    documentType,
    ...('isInsQualified' in mailed && mailed.isInsQualified !== undefined ? { isInsQualified: mailed.isInsQualified } : {}),
  }
}

async function contentOf({ parts, event: { traceparent }, mailed }: Edition): Promise<Uint8Array> {
  const { breakers, store } = parts
  const [reference = '', index = ''] = mailed.content.split('#')
  const [type, id = ''] = reference.split('/')
  const encoded = await breakers.of('hapi').run(async () => {
    if (type === 'Binary') return (await store.read<Binary>('Binary', id, { traceparent }))?.data
    return (await store.read<DocumentReference>('DocumentReference', id, { traceparent }))?.content[Number(index)]?.attachment.data
  })
  if (encoded === undefined) throw new HubError('hub.defect', { path: 'Attachment.data' })
  return new Uint8Array(Buffer.from(encoded, 'base64'))
}
