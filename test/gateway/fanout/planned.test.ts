import { expect, it } from 'vitest'
import { addressed } from '../../../gateway/fanout/planned.ts'

// A hub that is upgraded finds what the former one planned by these texts: another order would send it again, in another lane.

const keys = { reference: (text: string) => `reference of ${text}`, pseudonym: (text: string) => `pseudonym of ${text}` }
const meant = { channel: 'mssante', person: 'Patient/p', recipient: 'dr@exemple.mssante.fr', what: 'document', action: 'create' }

it('a delivery has the reference of what it brings to whom, and the lane of that recipient and person', () => {
  const { recipient, what, action } = meant
  expect(addressed(keys, meant)).toEqual({
    recipient,
    what,
    action,
    reference: 'reference of document|create|dr@exemple.mssante.fr|mssante',
    laneKey: 'out:pseudonym of mssante|dr@exemple.mssante.fr|Patient/p',
  })
})

it('one to a subscription has the lane of that subscription', () => {
  const { reference, laneKey } = addressed(keys, { ...meant, channel: 'subscription', recipient: 'portal', lane: 'subscription-1' })
  expect([reference, laneKey]).toEqual(['reference of document|create|portal|subscription', 'out:pseudonym of subscription|subscription-1|Patient/p'])
})
