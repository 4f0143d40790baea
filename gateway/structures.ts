/*
  At the start, each structure of the configuration is an Organization in the store, under the identity that documents name it by; before that, the hub is not ready.
*/
import { setTimeout as pause } from 'node:timers/promises'
import type { Organization } from 'fhir/r4.js'
import { EXTENSION, SYSTEM } from '../profiles/canonicals.ts'
import { HubError, toHubError } from '../profiles/errors.ts'
import { tre } from '../profiles/oids.ts'
import type { HubConfig, OrganizationConfig } from './config.ts'
import { projectAccess } from './ledger/rights/access.ts'
import type { Db } from './ledger/db.ts'
import { resolveClaims, settleIdentities } from './ledger/identity/identity.ts'
import type { Log } from './log.ts'
import type { PartCheck } from './readiness.ts'
import type { Store } from './store/store.ts'

interface Parts {
  config: HubConfig
  db: Db
  store: Store
  log: Log
  signal: AbortSignal
}

const AGAIN_MS = 2000

export interface Publishing {
  /** All are stored, however long the store is away, or at the abort. Never rejects. */
  ended: Promise<void>
  /** Until a structure is known what its client writes leads to nobody; one that an earlier start published is. Throws: hub.busy. */
  check: PartCheck
}

export function publishStructures(parts: Parts): Publishing {
  let hasEnded = false
  const ended = publishAll(parts).then(() => {
    hasEnded = true
  })
  return {
    ended,
    async check() {
      if (!hasEnded && !(await areKnown(parts))) throw new HubError('hub.busy', { path: 'organizations' })
    },
  }
}

async function areKnown({ config, db }: Parts): Promise<boolean> {
  const { rows } = await db.query<{ missing: number }>(
    `select count(*)::int as missing from unnest($2::text[]) s (finess) where not exists (
       select from identity i join identified d on d.id = i.id and d.state = 'settled' where i.type = 'Organization' and i.system = $1 and i.value = s.finess)`,
    [SYSTEM.finess, config.organizations.map(({ finess }) => finess)],
    'structures-known',
  )
  return rows[0]?.missing === 0
}

async function publishAll(parts: Parts): Promise<void> {
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
