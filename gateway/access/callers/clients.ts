/*
  The registered clients: kind, structure, scopes and public keys, as the configuration holds them.
*/
import type { JWTVerifyGetKey } from 'jose'
import { HubError } from '../../../profiles/errors.ts'
import type { ClientConfig } from './config.ts'
import { openKeySet } from './key-sets.ts'
import { readScopes, type Scopes } from './scopes.ts'

export interface Client extends Pick<ClientConfig, 'clientId' | 'kind' | 'certificate' | 'guide'> {
  structure: string | undefined
  requestsPerSecond: number
  scopes: Scopes
  /** Finds the key of an assertion among the client's public keys. */
  findKey: JWTVerifyGetKey
}

export type Clients = Pick<ReadonlyMap<string, Client>, 'get'>

interface Registry {
  /** Of a client whose registration does not say it. */
  requestsPerSecond: number
  /** Hears of a key file that cannot be read any more, by its path. */
  onFault: (error: HubError) => void
}

/** Throws: config.invalid at `clients.<index>` if keys cannot be read. */
export function readClients(registered: readonly ClientConfig[], registry: Registry): ReadonlyMap<string, Client> {
  return new Map(registered.map((client, index) => [client.clientId, readClient(client, `clients.${index}`, registry)]))
}

/** The clients of the configuration as it is now: read anew once a reload has brought another list. */
export function clientsIn(config: { readonly clients: readonly ClientConfig[] }, registry: Registry): Clients {
  let seen = config.clients
  let current = readClients(seen, registry)
  return {
    get(clientId) {
      if (config.clients !== seen) {
        current = readClients(config.clients, registry)
        seen = config.clients
      }
      return current.get(clientId)
    },
  }
}

function readClient(client: ClientConfig, path: string, registry: Registry): Client {
  const { clientId, kind, structure, certificate, guide, requestsPerSecond = registry.requestsPerSecond } = client
  const unreadable = (cause: unknown): HubError => new HubError('config.invalid', { path, cause })
  try {
    const findKey = openKeySet(client, cause => registry.onFault(unreadable(cause)))
    return { clientId, kind, structure, certificate, guide, requestsPerSecond, scopes: readScopes(client.scopes), findKey }
  } catch (cause) {
    throw unreadable(cause)
  }
}
