/*
  The audit as FHIR: read and searched by the person, the privacy officer, the structure that acted.
*/
import { HubError } from '../../../profiles/errors.ts'
import { requireScope } from '../../access/callers/actor.ts'
import { findAudit } from '../../ledger/audit/audit-search.ts'
import { auditPage, narrowed, shownTo } from './page.ts'
import { toAuditEvent } from './resource.ts'
import type { LedgerType } from '../ledger-asking.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const AUDIT_EVENT: LedgerType = {
  type: 'AuditEvent',
  page: auditPage,
  async read({ parts, db, caller }, id) {
    const { actor, requestId } = caller
    requireScope(actor, 'AuditEvent', 'r')
    const filter = UUID.test(id) ? await narrowed(parts, caller, { id, dates: [] }) : undefined
    const [row] = filter === undefined ? [] : await findAudit(db, filter, { limit: 1 })
    if (row === undefined) throw new HubError('store.not_found')
    await parts.audit({ actor, action: 'read', object: `AuditEvent/${id}`, outcome: 'shown', requestId, patients: row.patients })
    const [shown = row] = await shownTo(parts, caller, [row])
    return JSON.stringify(toAuditEvent(shown, { showsReason: actor.kind === 'operator' }))
  },
}
