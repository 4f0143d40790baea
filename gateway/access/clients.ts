/*
  The registered clients: kind, structure, scopes and public keys, as the configuration holds them.
*/
import { readFileSync } from 'node:fs'
import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { HubError } from '../../profiles/errors.ts'
import type { ClientConfig } from '../config.ts'
import { readScopes, type Scopes } from './scopes.ts'

export interface Client {
  clientId: string
  kind: ClientConfig['kind']
  structure: string | undefined
  scopes: Scopes
  /** Finds the key of an assertion among the client's public keys. */
  findKey: ReturnType<typeof createLocalJWKSet>
  certificate: 'valid' | 'expired'
}

export type Clients = ReadonlyMap<string, Client>

/** Throws: config.invalid at `clients.<index>` if its keys cannot be read. */
export function readClients(registered: readonly ClientConfig[]): Clients {
  return new Map(registered.map((client, index) => [client.clientId, readClient(client, `clients.${index}`)]))
}

function readClient(client: ClientConfig, path: string): Client {
  try {
    const jwks = (client.jwksFile === undefined ? client.jwks : JSON.parse(readFileSync(client.jwksFile, 'utf8'))) as JSONWebKeySet
    return {
      clientId: client.clientId,
      kind: client.kind,
      structure: client.structure,
      scopes: readScopes(client.scopes),
      findKey: createLocalJWKSet(jwks),
      certificate: client.certificate,
    }
  } catch (cause) {
    throw new HubError('config.invalid', { path, cause })
  }
}
