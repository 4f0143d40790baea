/*
  What is kept of a message that is stored: how it was read, who is who, and by what rights are decided.
*/
import type { FhirResource } from 'fhir/r4.js'
import { projectAccess } from '../ledger/rights/access.ts'
import type { StoredMessage } from '../ledger/acceptance/bodies.ts'
import type { Tx } from '../ledger/db.ts'
import { settleIdentities } from '../ledger/identity/identity.ts'
import { writeLineage } from '../ledger/flows/lineage.ts'
import type { Entry } from '../store/bundle.ts'
import type { Stored } from '../store/store.ts'
import type { MappedDocument } from '../workers/map-document.ts'
import { type Resolved, resourcesOf } from './identity/identities.ts'

interface Made {
  message: StoredMessage
  mapped: Pick<MappedDocument, 'mapper' | 'lineage' | 'unread' | 'findings' | 'claims'>
  mappedAt: Date
  resolved: Resolved
  stored: Stored[]
  /** As it stands now, but for what somebody else wrote. */
  written: readonly Entry[]
}

/** By what rights are decided: who wrote it, who is who, who takes part, what the person said. */
const OF_RIGHTS = ['Provenance', 'DocumentReference', 'Organization', 'PractitionerRole', 'RelatedPerson', 'Task', 'CareTeam', 'Consent']

export async function keepMade(tx: Tx, { message, mapped, mappedAt, resolved, stored, written }: Made): Promise<void> {
  const { mapper, lineage, unread, findings, claims } = mapped
  const resources = resourcesOf(resolved, claims, stored)
  await Promise.all([
    writeLineage(tx, message.id, { mapper: mapper.name, version: mapper.version, lineage, unread, findings, mappedAt, resources }),
    settleIdentities(tx, resolved.created),
    projectAccess(tx, resourcesIn(written)),
  ])
}

const resourcesIn = (entries: readonly Entry[]): FhirResource[] =>
  entries.filter(({ type }) => OF_RIGHTS.includes(type)).map(({ json }) => JSON.parse(Buffer.from(json).toString('utf8')) as FhirResource)
