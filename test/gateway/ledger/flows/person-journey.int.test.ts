import { describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import { authoritiesKnown, personsNumbered, sendersKnown, waitingOfPerson } from '../../../../gateway/ledger/flows/person-journey.ts'
import { message, useLedger } from '../support.ts'

const { db } = await useLedger()

describe('whom a number names, and what waits for him', () => {
  const known = (system: string, value: string) =>
    db.query("insert into identity (type, system, value, id) values ('Patient', $1, $2, gen_random_uuid()) returning id", [system, value])

  it('a number names one person for each authority that gave it, and nobody by what the hub keeps for itself', async () => {
    await known('urn:oid:1.2.3', 'IPP-1')
    await known('urn:oid:1.2.4', 'IPP-1')
    await known('hub:document', 'IPP-1')
    expect((await personsNumbered(db, 'IPP-1', undefined)).map(one => one.system)).toEqual(['urn:oid:1.2.3', 'urn:oid:1.2.4'])
    expect((await personsNumbered(db, 'IPP-1', 'urn:oid:1.2.4')).map(one => one.system)).toEqual(['urn:oid:1.2.4'])
    expect(await personsNumbered(db, 'IPP-2', undefined)).toEqual([])
    expect(await authoritiesKnown(db)).toEqual(['urn:oid:1.2.3', 'urn:oid:1.2.4'])
  })

  it('a message that waits in a lane is found by it, within its territory; each sender is known once', async () => {
    const acceptor = createAcceptor(db)
    for (const sender of ['ch-2', 'ch-1', 'ch-1']) await acceptor.accept(message({ sender, laneKey: 'in:a', territory: '54395' }))
    const lanes = ['in:a', 'in:b']
    expect(await waitingOfPerson(db, { flows: [], lanes, territory: undefined })).toHaveLength(3)
    expect(await waitingOfPerson(db, { flows: [], lanes, territory: '54395' })).toHaveLength(3)
    expect(await waitingOfPerson(db, { flows: [], lanes, territory: '35238' })).toEqual([])
    expect(await sendersKnown(db)).toEqual(['ch-1', 'ch-2'])
  })
})
