/*
  At the start, each structure of the configuration is an Organization in the store, under the identity that documents name it by.
*/
import { setTimeout as pause } from 'node:timers/promises'
import type { Organization } from 'fhir/r4.js'
import { EXTENSION, SYSTEM } from '../profiles/canonicals.ts'
import { toHubError } from '../profiles/errors.ts'
import { tre } from '../profiles/oids.ts'
import type { HubConfig, OrganizationConfig } from './config.ts'
import { projectAccess } from './ledger/access.ts'
import type { Db } from './ledger/db.ts'
import { resolveClaims, settleIdentities } from './ledger/identity.ts'
import type { Log } from './log.ts'
import type { Store } from './store/store.ts'

interface Parts {
  config: HubConfig
  db: Db
  store: Store
  log: Log
  signal: AbortSignal
}

const AGAIN_MS = 2000

/** Resolves once all are stored, however long the store is away, or at the abort. Never rejects. */
export async function publishStructures(parts: Parts): Promise<void> {
  for (const structure of parts.config.organizations) {
    while (!parts.signal.aborted && !(await publish(parts, structure))) await pause(AGAIN_MS, undefined, { signal: parts.signal }).catch(() => undefined)
  }
}

async function publish({ db, store, log }: Parts, structure: OrganizationConfig): Promise<boolean> {
  try {
    const candidate = organizationOf(structure, crypto.randomUUID())
    const keys = [
      { system: SYSTEM.finess, value: structure.finess },
      { system: SYSTEM.idNatSt, value: `1${structure.finess}` },
    ]
    const claim = { type: 'Organization', id: candidate.id, keys, creation: JSON.stringify(candidate) }
    const [resolved] = await db.tx(tx => resolveClaims(tx, [claim], { cause: crypto.randomUUID() }))
    if (resolved === undefined) return true
    // The configuration is the owner of its structures: unlike a document it may change them.
    await store.put(organizationOf(structure, resolved.id))
    await db.tx(async tx => {
      await settleIdentities(tx, [resolved.id])
      await projectAccess(tx, [organizationOf(structure, resolved.id)])
    })
    return true
  } catch (error) {
    const fault = toHubError(error)
    if (fault.kind !== 'retry') log.error('structure.publish-failed', fault)
    return fault.kind !== 'retry'
  }
}

function organizationOf(structure: OrganizationConfig, id: string): Organization & { id: string } {
  return {
    resourceType: 'Organization',
    id,
    ...(structure.territoire.length === 0
      ? {}
      : { extension: structure.territoire.map(code => ({ url: EXTENSION.territoire, valueCoding: { system: tre('R13-CommuneOM'), code } })) }),
    identifier: [
      { type: { coding: [{ system: SYSTEM.fr0203, code: 'FINEG' }] }, system: SYSTEM.finess, value: structure.finess },
      { type: { coding: [{ system: SYSTEM.fr0203, code: 'IDNST' }] }, system: SYSTEM.idNatSt, value: `1${structure.finess}` },
    ],
    active: true,
    type: [{ coding: [{ system: SYSTEM.establishmentCategory, code: structure.type }] }],
    name: structure.name,
  }
}
