/*
  Documents and recipients as operators name them.
    document    urn:oid:…   <root>^<extension>   urn:uuid:…   <OID>   DocumentReference/<id>   CarePlan/<id>/_history/<n>
    recipient   a mailbox   PractitionerRole/…   Organization/…   the name of a client   platform   dmp
*/
import type { DocumentReference, FhirResource, Identifier } from 'fhir/r4.js'
import { urnOf } from '../../mappers/cda/datatypes.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { HubError } from '../../profiles/errors.ts'
import { softwareOf } from '../access/actor.ts'
import { partyOfActor } from '../access/actor-party.ts'
import { type Party, partyOf } from '../access/party.ts'
import type { HubConfig } from '../config.ts'
import type { Db } from '../ledger/db.ts'
import { type EventFound, eventsOfDocument } from '../ledger/deliveries-asked.ts'
import type { Store } from '../store/store.ts'

export interface Asked {
  db: Db
  /** That of whoever asks, if he is bound to one: a document of another one nobody knows. */
  territory: string | undefined
  /** Its events, newest first, and what the store holds of it. Throws: fhir.request at `document`. */
  document(name: string): Promise<{ events: EventFound[]; resource: FhirResource | undefined }>
  /** Everything that deliveries may call this recipient. */
  namesOf(recipient: string): Promise<Set<string>>
  /** The topic of the regional platform: what it has there beside what is declared to it is not all it should have. */
  topic: string
  /** Undefined for a mailbox of nobody in particular. */
  partyOf(recipient: string): Promise<Party | undefined>
  /** Is it a client whose certificate has run out? */
  isExpired(recipient: string): boolean
  /** Does it, or its structure, have software at this hub? */
  hasSoftware(recipient: string, party: Party): boolean
}

export function askedOf({ config, db, store }: { config: HubConfig; db: Db; store: Store }, territory?: string): Asked {
  const clientOf = (name: string) => config.clients.find(one => one.name === name || one.clientId === name)
  const { partner, topic } = config.connectors.platform
  return {
    db,
    territory,
    topic,
    document: async name => {
      const { events, resource } = await documentOf({ db, store, territory }, name)
      return { events, resource: territory !== undefined && events.length === 0 ? undefined : resource }
    },
    async namesOf(recipient) {
      if (recipient === 'platform') return new Set([partner, topic])
      const client = clientOf(recipient)
      return new Set([recipient, ...(client === undefined ? [] : [client.name, client.clientId])])
    },
    async partyOf(recipient) {
      const client = clientOf(recipient)
      if (client !== undefined) return partyOfActor(db, softwareOf(client))
      return /^(Patient|RelatedPerson|PractitionerRole|Practitioner|Organization)\/[A-Za-z0-9.-]{1,64}$/.test(recipient) ? partyOf(db, recipient) : undefined
    },
    isExpired: recipient => clientOf(recipient)?.certificate === 'expired',
    hasSoftware: recipient => clientOf(recipient) !== undefined || recipient.startsWith('Organization/'),
  }
}

async function documentOf({ db, store, territory }: { db: Db; store: Store; territory: string | undefined }, name: string): ReturnType<Asked['document']> {
  const identifier = identifierNamed(name)
  if (identifier !== undefined) {
    const found = await store.search('DocumentReference', { identifier: tokenOf(identifier), _count: '1' })
    return { events: await eventsOfDocument(db, { ids: idsOf(identifier), territory }), resource: found.entry?.[0]?.resource as FhirResource | undefined }
  }
  const [, id] = /^DocumentReference\/([A-Za-z0-9.-]{1,64})$/.exec(name) ?? []
  if (id !== undefined) {
    const resource = await store.read<DocumentReference>('DocumentReference', id)
    const ids = resource?.masterIdentifier === undefined ? [] : idsOf(resource.masterIdentifier)
    return { events: await eventsOfDocument(db, { ids, version: `DocumentReference/${id}/_history/1`, territory }), resource }
  }
  if (!/^CarePlan\/[A-Za-z0-9.-]{1,64}\/_history\/\d{1,9}$/.test(name)) throw new HubError('fhir.request', { path: 'document' })
  const [, plan = '', , version] = name.split('/')
  const resource = await store.read<FhirResource>('CarePlan', plan)
  // A version that never was is no document.
  const isVersion = Number(version) >= 1 && Number(version) <= Number(resource?.meta?.versionId)
  return { events: await eventsOfDocument(db, { version: name, territory }), resource: isVersion ? resource : undefined }
}

/** As masterIdentifier has it: an address, or a number under its root. */
function identifierNamed(name: string): Identifier | undefined {
  const [, root = '', extension] =
    /^((?:urn:oid:)?[0-2](?:\.(?:0|[1-9]\d*))+|(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\^(.+))?$/i.exec(name) ?? []
  const urn = urnOf(root.replace(/^urn:(oid|uuid):/i, ''))
  if (urn === undefined) return undefined
  return extension === undefined ? { system: SYSTEM.uri, value: urn } : { system: urn, value: extension }
}

const tokenOf = ({ system = '', value = '' }: Identifier): string => `${system}|${value.replace(/[\\$,|]/g, '\\$&')}`

/** As the ledger has it: `urn:…`, `<root>^<extension>`; of TXA-12 alone the OID bare. */
function idsOf({ system = '', value = '' }: Identifier): string[] {
  return system === SYSTEM.uri ? [value, value.replace(/^urn:oid:/, '')] : [`${system.replace(/^urn:(oid|uuid):/, '')}^${value}`]
}

/** As an answer names it. */
export function documentName({ documentId, resources }: { documentId: string | null; resources: readonly string[] }): string | null {
  if (documentId !== null) return /^urn:|\//.test(documentId) ? documentId : `urn:oid:${documentId}`
  return resources.find(one => one.startsWith('CarePlan/')) ?? resources[0] ?? null
}
