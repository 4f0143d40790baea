import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DeliveryStatus, isFinal, type MessageStatus, mayFollow, mayPrecede, OPEN_DELIVERY, statusesOf } from '../../../gateway/ledger/status.ts'

const deliveries = statusesOf('delivery')
const messages = statusesOf('message')

/** Any walk along allowed steps. */
function walk<S>(start: S, all: readonly S[], may: (from: S, to: S) => boolean): fc.Arbitrary<S[]> {
  return fc.array(fc.nat(), { maxLength: 30 }).map(choices => {
    const path = [start]
    for (const choice of choices) {
      const from = path.at(-1) ?? start
      const steps = all.filter(to => may(from, to))
      const to = steps[choice % Math.max(steps.length, 1)]
      if (to === undefined) break
      path.push(to)
    }
    return path
  })
}

const deliveryWalk = walk<DeliveryStatus>('planned', deliveries, (from, to) => mayFollow('delivery', from, to))
const messageWalk = walk<MessageStatus>('received', messages, (from, to) => mayFollow('message', from, to))

describe('statuses', () => {
  it('once a report has settled a delivery, nothing follows, but that a failed one has arrived', () => {
    fc.assert(
      fc.property(deliveryWalk, path => {
        const settled = path.findIndex(status => status === 'delivered' || status === 'failed')
        return settled === -1 || path.slice(settled).every((status, n) => n === 0 || (n === 1 && status === 'delivered' && path[settled] === 'failed'))
      }),
    )
  })

  it('one that was stopped or never wanted can only be planned again', () => {
    fc.assert(fc.property(deliveryWalk, path => path.every((status, n) => !['stopped', 'none'].includes(path[n - 1] ?? '') || status === 'planned')))
  })

  it('what was handed to the partner is never sent again: after `sent` no `sending`', () => {
    fc.assert(fc.property(deliveryWalk, path => !path.slice(path.indexOf('sent') === -1 ? path.length : path.indexOf('sent')).includes('sending')))
  })

  it('a delivery is sent only after it was marked `sending`', () => {
    fc.assert(fc.property(deliveryWalk, path => path.every((status, n) => status !== 'sent' || path[n - 1] === 'sending')))
  })

  it('an accepted message is never refused, a refused one never runs', () => {
    fc.assert(fc.property(messageWalk, path => !path.includes('refused')))
    expect(messages.filter(to => mayFollow('message', 'refused', to))).toEqual([])
  })

  it('mayPrecede is mayFollow read backwards', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...deliveries),
        fc.constantFrom(...deliveries),
        (from, to) => mayPrecede('delivery', to).includes(from) === mayFollow('delivery', from, to),
      ),
    )
  })

  it('a final delivery is what is neither to do nor to hear of', () => {
    expect(deliveries.filter(isFinal).sort()).toEqual(['delivered', 'failed', 'none', 'stopped', 'unconfirmed'])
    expect(deliveries.filter(status => !isFinal(status)).sort()).toEqual([...OPEN_DELIVERY].sort())
  })
})
