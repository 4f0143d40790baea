/*
  The FHIR door in this process, over a real store, for a caller with the given scopes.
*/
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Actor } from '../../gateway/access/callers/actor.ts'
import { readScopes } from '../../gateway/access/callers/scopes.ts'
import { createTokens } from '../../gateway/access/callers/tokens.ts'
import { fhirDoor } from '../../gateway/fhir/door.ts'
import { createPageLinks } from '../../gateway/fhir/search/page-links.ts'
import { shareReads } from '../../gateway/fhir/shared-reads.ts'
import { createLog } from '../../gateway/log.ts'
import { openContext } from '../../gateway/request.ts'
import type { Store } from '../../gateway/store/store.ts'
import { authorOfAll } from './rights.ts'
import { clientsOf, makeClient, makeSigningKeys } from './clients.ts'
import type { Access } from '../../gateway/fhir/parts.ts'

export interface ReadDoor {
  base: string
  /** What was audited so far. */
  audited: Access[]
  /** An address of the door, whole or below its base. */
  ask(address: string, init?: RequestInit): Promise<Response>
  /** A page link to what the store is told to have behind it. */
  pageTo(path: string): string
  close(): void
}

/** In: structure = `Organization/<id>` that the caller works for. */
export async function openReadDoor(store: Store, scopes: string, structure?: string): Promise<ReadDoor> {
  const clients = clientsOf(await makeClient({ clientId: 'dac', scopes }))
  const client = clients.get('dac')
  if (client === undefined) throw new Error('no client')
  const tokens = createTokens(await makeSigningKeys(), clients)
  const authorization = `Bearer ${await tokens.sign({ client, scopes: readScopes(scopes), grant: {} })}`
  const audited: Access[] = []
  let base = ''
  const pageLinks = createPageLinks('secret')
  const actor: Actor = { clientId: 'dac', kind: 'dac', structure: undefined, scopes: new Set() }
  const door = fhirDoor({
    store,
    reads: shareReads(store),
    rights: authorOfAll(structure),
    tokens,
    pageLinks,
    audit: async access => void audited.push(access),
    refused: async () => undefined,
    requireDisk: () => undefined,
    baseUrl: () => base,
    log: createLog({ level: 'silent' }),
    product: { name: 'hub', version: '0' },
  })
  const server = http.createServer(express().use(openContext).use('/fhir', door))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`
  return {
    base,
    audited,
    ask: (address, init = {}) => fetch(address.startsWith('http') ? address : base + address, { ...init, headers: { authorization, ...init.headers } }),
    pageTo: path => `${base}?_page=${pageLinks.seal({ path, type: 'Patient', action: 'search' }, actor)}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
