import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStanding, objectionTo, type Recorded, timelineOf } from '../../../../mappers/hl7v2/adt/timeline.ts'
import type { Movement } from '../../../../mappers/hl7v2/adt/movement.ts'
import { stayOf } from '../../../../mappers/adt-to-transaction/stay.ts'

const at = (minutes: number): string => new Date(Date.UTC(2026, 2, 1, 8, minutes)).toISOString()

const TRIGGERS: Record<string, string> = { A01: 'A11', A02: 'A12', A03: 'A13', A05: 'A38', A21: 'A52', A22: 'A53' }

function movement(change: Partial<Movement> & { id?: string; unit?: string } = {}): Movement {
  const { id = '1', unit = 'U1', ...more } = change
  const startsAt = more.startsAt ?? at(0)
  return {
    ids: [`${id}|1.2.3`],
    kind: 'insert',
    trigger: 'A01',
    startsAt,
    recordedAt: startsAt,
    isHistoric: false,
    visit: { system: 'urn:oid:1.2.250.1.999.9', value: 'V-1' },
    personKey: 'urn:oid:1.2.250.1.999.2|IPP-1',
    content: { class: 'I', place: { unit: { code: unit } } },
    ...more,
  }
}

/** The messages one after the other, as the ledger takes or refuses them. */
function taken(messages: readonly Movement[]): { records: Recorded[]; refused: Movement[] } {
  const records: Recorded[] = []
  const refused: Movement[] = []
  for (const [index, one] of messages.entries()) {
    if (objectionTo(one, records) !== undefined) refused.push(one)
    else records.push({ ...one, messageId: `m-${index}`, isRepeat: one.kind === 'insert' && isStanding(one.ids, records) })
  }
  return { records, refused }
}

/** What was refused is sent again until nothing changes any more. */
function converged(messages: readonly Movement[]): Recorded[] {
  let now = taken(messages)
  for (let round = 0; now.refused.length > 0 && round < 50; round += 1) {
    const next = taken([...now.records, ...now.refused])
    if (next.refused.length === now.refused.length) break
    now = next
  }
  return now.records
}

describe('what the accepted movements say against another one', () => {
  const day = [movement({ id: '1' }), movement({ id: '2', trigger: 'A02', startsAt: at(30) }), movement({ id: '3', trigger: 'A03', startsAt: at(60) })]
  const { records } = taken(day)

  it.each<[string, Movement, string | undefined]>([
    ['an insertion', movement({ id: '9' }), undefined],
    ['an update of any', movement({ id: '1', kind: 'update', recordedAt: at(90) }), undefined],
    ['an update of an unknown one', movement({ id: '9', kind: 'update' }), 'movement.unknown'],
    ['a cancellation of the current one', movement({ id: '3', kind: 'cancel', trigger: 'A03', startsAt: at(60), recordedAt: at(90) }), undefined],
    ['a cancellation of an earlier one', movement({ id: '2', kind: 'cancel', trigger: 'A02', startsAt: at(30), recordedAt: at(90) }), 'movement.not_current'],
    ['a cancellation of another event than it was', movement({ id: '3', kind: 'cancel', trigger: 'A02', recordedAt: at(90) }), 'movement.incoherent'],
    ['an update of another event than it was', movement({ id: '2', kind: 'update', recordedAt: at(90) }), 'movement.incoherent'],
    ['an update that names none', movement({ id: '2', kind: 'update', trigger: 'Z99', recordedAt: at(90) }), undefined],
    ['a cancellation of an unknown one', movement({ id: '9', kind: 'cancel' }), 'movement.unknown'],
    ['a cancellation that was recorded while it was the current one', movement({ id: '2', kind: 'cancel', trigger: 'A02', recordedAt: at(40) }), undefined],
  ])('%s', (_, one, expected) => {
    expect(objectionTo(one, records)).toBe(expected)
  })

  it('a movement is cancelled once', () => {
    const cancel = movement({ id: '3', kind: 'cancel', trigger: 'A03', startsAt: at(60), recordedAt: at(70) })
    expect(objectionTo({ ...cancel, recordedAt: at(80) }, taken([...day, cancel]).records)).toBe('movement.not_current')
  })

  it('one of several names is enough', () => {
    const [named] = taken([movement({ ids: ['1|1.2.3', 'A-77|CH'] })]).records
    expect(objectionTo(movement({ ids: ['A-77|CH'], kind: 'update' }), named === undefined ? [] : [named])).toBeUndefined()
  })
})

describe('the stay', () => {
  it('that was admitted and cancelled is cancelled; admitted again under the same number it runs', () => {
    const messages = [movement(), movement({ kind: 'cancel', recordedAt: at(5) })]
    expect(stayOf(taken(messages).records)?.status).toBe('cancelled')
    expect(stayOf(taken([...messages, movement({ startsAt: at(10), recordedAt: at(10) })]).records)?.status).toBe('in-progress')
  })

  it('is not changed by an insertion that repeats one', () => {
    const { records } = taken([movement({ recordedAt: at(5) }), movement({ unit: 'U9', recordedAt: at(3) }), movement({ unit: 'U8', recordedAt: at(8) })])
    expect(stayOf(records)?.places.map(one => one.place.unit?.code)).toEqual(['U1'])
  })

  it('that is corrected by an event of its own (Z99) is still what it was', () => {
    const discharge = movement({ id: '2', trigger: 'A03', startsAt: at(30) })
    const corrected = movement({ id: '2', kind: 'update', trigger: 'Z99', startsAt: at(35), recordedAt: at(50) })
    expect(stayOf(taken([movement(), discharge, corrected]).records)).toMatchObject({ status: 'finished', period: { start: at(0), end: at(35) } })
  })

  it('runs again when its discharge is cancelled', () => {
    const messages = [
      movement(),
      movement({ id: '2', trigger: 'A03', startsAt: at(30) }),
      movement({ id: '2', kind: 'cancel', trigger: 'A03', startsAt: at(30), recordedAt: at(40) }),
    ]
    expect(stayOf(taken(messages.slice(0, 2)).records)).toMatchObject({ status: 'finished', period: { start: at(0), end: at(30) } })
    expect(stayOf(taken(messages).records)).toMatchObject({ status: 'in-progress', period: { start: at(0) } })
  })

  it('forgets where it was planned once the person is there', () => {
    const planned = movement({ id: '1', trigger: 'A05', startsAt: at(50), recordedAt: at(0), unit: 'U5' })
    expect(stayOf(taken([planned]).records)).toMatchObject({ status: 'planned', places: [{ place: { unit: { code: 'U5' } }, isPlanned: true }] })
    const { records } = taken([planned, movement({ id: '2', startsAt: at(40) })])
    expect(stayOf(records)).toMatchObject({
      status: 'in-progress',
      period: { start: at(40) },
      statuses: [{ status: 'planned', period: { start: at(0), end: at(40) } }],
      places: [{ place: { unit: { code: 'U1' } }, isPlanned: false }],
    })
  })
})

/** A day as a hospital records it: each message at its own minute; a cancellation is of what is current then. */
const day: fc.Arbitrary<Movement[]> = fc
  .array(
    fc.record({
      trigger: fc.constantFrom(...Object.keys(TRIGGERS)),
      unit: fc.constantFrom('U1', 'U2', 'U3'),
      act: fc.constantFrom('insert', 'insert', 'update', 'cancel'),
    }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map(steps => {
    const messages: Movement[] = []
    for (const [index, { trigger, unit, act }] of steps.entries()) {
      const minute = index * 10
      const current = timelineOf(taken(messages).records).at(-1)
      if (act === 'insert' || current === undefined) messages.push(movement({ id: String(index), trigger, unit, startsAt: at(minute) }))
      else
        messages.push(
          movement({
            ids: current.ids,
            kind: act === 'cancel' ? 'cancel' : 'update',
            trigger: current.trigger,
            startsAt: current.startsAt,
            unit,
            recordedAt: at(minute),
          }),
        )
    }
    return messages
  })

const shuffledDay = day.chain(messages =>
  fc.tuple(fc.constant(messages), fc.shuffledSubarray([...messages, ...messages], { minLength: messages.length * 2, maxLength: messages.length * 2 })),
)

describe('whatever the order of arrival', () => {
  it('each message of an ordered day is taken', () => {
    fc.assert(
      fc.property(day, messages => {
        expect(taken(messages).refused).toEqual([])
      }),
    )
  })

  it('a day that comes shuffled and doubled, what was refused sent again, ends as the ordered one', () => {
    const told = (records: readonly Recorded[]) => {
      const stay = stayOf(records)
      return { ...stay, timeline: stay?.timeline.map(({ messageId: _, ...one }) => one) }
    }
    fc.assert(
      fc.property(shuffledDay, ([messages, shuffled]) => {
        expect(told(converged(shuffled))).toEqual(told(taken(messages).records))
      }),
      { numRuns: 500 },
    )
  })
})
