/*
  Documents and recipients as operators name them.
    document    urn:oid:…   <root>^<extension>   urn:uuid:…   <OID>   DocumentReference/<id>   CarePlan/<id>/_history/<n>
    recipient   a mailbox   PractitionerRole/…   Organization/…   the name of a client   platform   dmp
*/
import type { DocumentReference, FhirResource, Identifier } from 'fhir/r4.js'
import { toIdentifier, urnOf } from '../../mappers/cda/datatypes.ts'
import type { Ii } from '../../mappers/cda/header/header.ts'
import { uniqueIdOf } from '../../mappers/cda/header/header-reader.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { HubError } from '../../profiles/errors.ts'
import { softwareOf } from '../access/callers/actor.ts'
import { partyOfActor } from '../access/rights/actor-party.ts'
import { type Party, partyOf } from '../access/rights/party.ts'
import type { HubConfig } from '../config.ts'
import type { Db } from '../ledger/db.ts'
import { type EventFound, eventsOfDocument } from '../ledger/deliveries/deliveries-asked.ts'
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
  const named = idNamed(name)
  if (named !== undefined) {
    const found = await store.search('DocumentReference', { identifier: tokenOf(toIdentifier({ ...named, path: 'document' })), _count: '1' })
    return { events: await eventsOfDocument(db, { ids: namesOf(named), territory }), resource: found.entry?.[0]?.resource as FhirResource | undefined }
  }
  const [, id] = /^DocumentReference\/([A-Za-z0-9.-]{1,64})$/.exec(name) ?? []
  if (id !== undefined) {
    const resource = await store.read<DocumentReference>('DocumentReference', id)
    const ids = resource?.masterIdentifier === undefined ? [] : namesOf(idOf(resource.masterIdentifier))
    return { events: await eventsOfDocument(db, { ids, version: `DocumentReference/${id}/_history/1`, territory }), resource }
  }
  if (!/^CarePlan\/[A-Za-z0-9.-]{1,64}\/_history\/\d{1,9}$/.test(name)) throw new HubError('fhir.request', { path: 'document' })
  const [, plan = '', , version] = name.split('/')
  const resource = await store.read<FhirResource>('CarePlan', plan)
  // A version that never was is no document.
  const isVersion = Number(version) >= 1 && Number(version) <= Number(resource?.meta?.versionId)
  return { events: await eventsOfDocument(db, { version: name, territory }), resource: isVersion ? resource : undefined }
}

type Id = Pick<Ii, 'root' | 'extension'>

/** The id of a CDA, as a flow names it: `urn:oid:…`, `urn:uuid:…`, `<root>^<extension>`, or the root bare. */
function idNamed(name: string): Id | undefined {
  const [, root = '', extension] = /^(?:urn:(?:oid|uuid):)?([^^]+)(?:\^(.+))?$/i.exec(name) ?? []
  if (urnOf(root) === undefined) return undefined
  return { root, ...(extension === undefined ? {} : { extension }) }
}

const bare = (urn: string): string => urn.replace(/^urn:(oid|uuid):/, '')
const idOf = ({ system = '', value = '' }: Identifier): Id => (system === SYSTEM.uri ? { root: bare(value) } : { root: bare(system), extension: value })
const tokenOf = ({ system = '', value = '' }: Identifier): string => `${system}|${value.replace(/[\\$,|]/g, '\\$&')}`
/** As the ledger has it; of TXA-12 alone the root bare. */
const namesOf = (id: Id): string[] => [uniqueIdOf(id), ...(id.extension === undefined ? [id.root] : [])]

/** As an answer names it. */
export function documentName({ documentId, resources }: { documentId: string | null; resources: readonly string[] }): string | null {
  if (documentId !== null) return /^urn:|\//.test(documentId) ? documentId : `urn:oid:${documentId}`
  return resources.find(one => one.startsWith('CarePlan/')) ?? resources[0] ?? null
}
