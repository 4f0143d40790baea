import type { Bundle, FhirResource, Task } from 'fhir/r4.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rebuildAccess } from '../../../gateway/access/rights/rebuild.ts'
import { projectAccess } from '../../../gateway/ledger/rights/access.ts'
import type { Db } from '../../../gateway/ledger/db.ts'
import { createHapiStore } from '../../../gateway/store/hapi.ts'
import { circleOf, entry, ROLE } from '../../support/care.ts'
import { hapiAddress } from '../../support/doors.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'
import { consent, unscheduledTask } from '../../support/support-requests.ts'
import { freshLedger } from '../ledger/support.ts'

// What the ledger keeps of rights and of work is made anew from the store: the same rows, and none of what is not there.

describe.skipIf(hapiAddress === undefined)('hub rebuild-access, rights and work', () => {
  const store = createHapiStore({ url: hapiAddress ?? '', timeoutMs: 60_000 })
  let postgres: TestPostgres
  let db: Db
  const [person, dac] = [`Patient/${crypto.randomUUID()}`, `Organization/${crypto.randomUUID()}`]
  const named = <R extends FhirResource>(resource: R): R & { id: string } => ({ ...resource, id: crypto.randomUUID() })
  const request = `ServiceRequest/${crypto.randomUUID()}`
  const task: Task = unscheduledTask({ patient: person, requester: dac, performer: dac, at: '2026-06-02T09:10:00+02:00' }, request)
  const written = [named(circleOf(person, dac, [entry(dac, ROLE.coordinator)])), named(consent(person, 'information', dac)), named(task)]
  const targets: FhirResource[] = [person, dac, request].map(reference => {
    const [resourceType = '', id = ''] = reference.split('/')
    const content = resourceType === 'ServiceRequest' ? { status: 'active', intent: 'order', subject: { reference: person } } : {}
    return { resourceType, id, ...content } as FhirResource
  })

  beforeAll(async () => {
    postgres = await startPostgres()
    db = (await freshLedger(postgres)).db
    const put = [...targets, ...written].map(resource => ({ resource, request: { method: 'PUT' as const, url: `${resource.resourceType}/${resource.id}` } }))
    await store.transaction(Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: put } satisfies Bundle)))
  })
  afterAll(async () => {
    await db.close()
    await store.close()
    await postgres.stop()
  })

  const rows = async (): Promise<unknown[]> => {
    const kept = await db.query('select source, n, patient, kind, party, detail from access where patient = $1 order by source, n', [person])
    const work = await db.query('select reference, patient, owner, requester, code, status, territory, authored, due from worklist where patient = $1', [
      person,
    ])
    return [kept.rows, work.rows]
  }

  it('makes the rows that writing made, and takes away those of what is gone', async () => {
    await db.tx(tx => projectAccess(tx, [...targets, ...written]))
    const before = await rows()
    expect(before.map(one => (one as unknown[]).length)).toEqual([expect.any(Number), 1])
    await db.query('delete from worklist')
    await db.query('delete from access')
    const gone = named({ ...task, for: { reference: person } })
    await db.tx(tx => projectAccess(tx, [gone]))
    await rebuildAccess({ db, store })
    expect(await rows()).toEqual(before)
  })
})
