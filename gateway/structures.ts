/*
  At the start, each structure of the configuration is an Organization in the store, under the identity that documents name it by.
*/
import { setTimeout as pause } from 'node:timers/promises'
import type { Organization } from 'fhir/r4.js'
import { toHubError } from '../profiles/errors.ts'
import type { HubConfig, OrganizationConfig } from './config.ts'
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

const FINESS = 'https://finess.esante.gouv.fr'
const IDNST = 'urn:oid:1.2.250.1.71.4.2.2'
const TYPES = 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203'
const CATEGORIES = 'https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement/FHIR/TRE-R66-CategorieEtablissement'
const COMMUNES = 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM'
const TERRITOIRE = 'https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-territoire'
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
      { system: FINESS, value: structure.finess },
      { system: IDNST, value: `1${structure.finess}` },
    ]
    const claim = { type: 'Organization', id: candidate.id, keys, creation: JSON.stringify(candidate) }
    const [resolved] = await db.tx(tx => resolveClaims(tx, [claim], { cause: crypto.randomUUID() }))
    if (resolved === undefined) return true
    // The configuration is the owner of its structures: unlike a document it may change them.
    await store.put(organizationOf(structure, resolved.id))
    await db.tx(tx => settleIdentities(tx, [resolved.id]))
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
      : { extension: structure.territoire.map(code => ({ url: TERRITOIRE, valueCoding: { system: COMMUNES, code } })) }),
    identifier: [
      { type: { coding: [{ system: TYPES, code: 'FINEG' }] }, system: FINESS, value: structure.finess },
      { type: { coding: [{ system: TYPES, code: 'IDNST' }] }, system: IDNST, value: `1${structure.finess}` },
    ],
    active: true,
    type: [{ coding: [{ system: CATEGORIES, code: structure.type }] }],
    name: structure.name,
  }
}
