import { describe, expect, it } from 'vitest'
import { giveUpReports } from '../../../gateway/flows/documents/receipt.ts'
import { untoldEmergencies } from '../../../gateway/ledger/rights/emergencies.ts'
import { recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { dueAlerts } from '../../../gateway/ledger/stays/stay-alerts.ts'
import { count, quiet, useLedger } from './support.ts'

// What fails for ever is as much as one look takes, and older than all else.

const { db } = await useLedger()

/** Looks until it is found: that each of thirty passes over one of a few hundred is nothing that happens. */
async function found(isFound: () => Promise<boolean>): Promise<boolean> {
  for (let look = 0; look < 30; look += 1) if (await isFound()) return true
  return false
}

describe('what cannot be settled holds back no other', () => {
  it('an emergency behind a hundred that cannot be told', async () => {
    await db.query(
      "insert into emergency (patient, human, opened_at, ends_at) select 'Patient/' || n, 'h', now() - interval '1 hour' + n * interval '1 s', now() from generate_series(1, 101) n",
    )
    expect(await found(async () => (await untoldEmergencies(db)).some(({ patient }) => patient === 'Patient/101'))).toBe(true)
  })

  it('a withdrawal of a stay behind two hundred, in the order of their time', async () => {
    await db.query(
      `insert into stay_alert (id, kind, patient, structure, stay, movement_ids, cause, happened_at, state, withdraw_at)
       select gen_random_uuid(), 'admission', 'Patient/' || n, 'o', gen_random_uuid(), '{}', gen_random_uuid(), now(), 'cancelled', now() - interval '1 hour' + n * interval '1 s'
       from generate_series(1, 201) n`,
    )
    expect(await found(async () => (await dueAlerts(db)).some(({ patient }) => patient === 'Patient/201'))).toBe(true)
    const times = (await dueAlerts(db)).map(({ patient }) => Number(patient.slice(8)))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it('a mail that no report came of, behind one that cannot be given up', async () => {
    const [stuck, other] = [newMessageId(), newMessageId()]
    const happened = { cause: newMessageId(), type: 't', n: 1, person: 'p', patient: 'Patient/1', resources: [], changes: [], channels: [], traceparent: 't' }
    const { id: event } = await recordEvent(db, { ...happened, detail: null, at: new Date() })
    for (const id of [stuck, other])
      await db.query(
        `insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, sent_at)
         values ($1, $2, 'mssante', 'a@b.fr', $3, 'create', 'complet', 'r', $3, 'l', 'sent', now() - interval '9 days')`,
        [id, event, id],
      )
    await db.query(
      `create function refuse() returns trigger language plpgsql as $$ begin if new.id = '${stuck}' then raise exception 'no'; end if; return new; end $$`,
    )
    await db.query('create trigger refused before update on delivery for each row execute function refuse()')
    for (const _ of [1, 2, 3]) await giveUpReports({ config: { limits: { receiptTimeoutHours: 72 } }, db, log: quiet } as never)
    expect(await count(db, "delivery where id = $1 and status = 'unconfirmed'", [other])).toBe(1)
  })
})
