import { expect, it } from 'vitest'
import { beginSession, sessionLasts, useSession } from '../../../../gateway/ledger/watch/monitor-sessions.ts'
import { useLedger } from '../support.ts'

const { db } = await useLedger()

const NEW = { name: 'anne', role: 'operator', csrf: 'c', idToken: 't', idleMinutes: 30, maxHours: 8 }
const idleAt = async (): Promise<Date | undefined> => (await db.query<{ idle_at: Date }>('select idle_at from monitor_session', [])).rows[0]?.idle_at

it('a session is used by a person, and not by what asks by itself', async () => {
  await beginSession(db, 'cookie', NEW)
  await db.query("update monitor_session set idle_at = clock_timestamp() + interval '10 min'", [])
  const before = await idleAt()
  expect(await useSession(db, 'cookie', null)).toMatchObject({ name: 'anne' })
  expect(await sessionLasts(db, 'cookie')).toBe(true)
  expect(await idleAt()).toEqual(before)
  await useSession(db, 'cookie', 30)
  expect(await idleAt()).not.toEqual(before)
})
