import type { Communication } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { careHouse } from '../../../support/care-house.ts'
import { readSandbox } from '../../../support/sandbox.ts'
import { circle, circleMessage, consent } from '../../../support/support-requests.ts'
import { refusals } from '../../../support/vendor.ts'

// Messages of the care circle against the running stack: one child for each member, threads, read marks, what is refused.

const sandbox = readSandbox()

const house = await careHouse(sandbox)
const patient = await house.person()
const stranger = await house.professional(house.gp.structure)
const former = await house.professional(house.gp.structure)
await house.dac.create(consent(patient, 'information', house.dac.structure))
const members = [{ member: house.mt, role: 'PCP' }, { member: house.nurse }, { member: former, end: '2026-05-20' }, { member: house.dac.structure }]
const team = `CareTeam/${(await house.dac.create(circle(patient, house.dac.structure, members))).id}`

const write = (recipients: string[], more: Partial<Communication> = {}): Communication =>
  circleMessage({ patient, sender: house.dac.structure, recipients }, { sent: new Date().toISOString(), ...more })
const childrenOf = (id: string): Promise<(Communication & { id: string })[]> => house.dac.search(`Communication?part-of=Communication/${id}`)
const first = <T>(found: readonly T[]): T => {
  if (found[0] === undefined) throw new Error('nothing found')
  return found[0]
}

describe('a message to the circle', () => {
  it('gives each current member a child of his own, which he alone marks as read', async () => {
    const sent = await house.dac.create<Communication>(write([team]))
    const children = await childrenOf(sent.id)
    expect(children.map(({ recipient }) => recipient?.[0]?.reference).sort()).toEqual([house.mt, house.nurse, house.dac.structure].sort())
    const child = first(children.filter(({ recipient }) => recipient?.[0]?.reference === house.nurse))
    expect(refusals(await house.gp.send('POST', '$validate', { body: child }))).toEqual([])

    const received = new Date().toISOString()
    expect(refusals(await house.dac.put<Communication>({ ...child, received }))).toEqual(['422 business-rule at Communication.received'])
    const read = await house.gp.put<Communication>({ ...child, received })
    expect([read.status, read.body.received, read.body.status]).toEqual([200, received, 'completed'])
    const others = (await childrenOf(sent.id)).filter(({ id }) => id !== child.id)
    expect(others.map(one => [one.status, one.received])).toEqual(others.map(() => ['in-progress', undefined]))
  })

  it('one in preparation reaches nobody until it is sent', async () => {
    const draft = await house.dac.create<Communication>(write([team], { status: 'preparation' }))
    expect(await childrenOf(draft.id)).toEqual([])
    expect((await house.dac.put<Communication>({ ...draft, status: 'completed' })).status).toBe(200)
    expect((await childrenOf(draft.id)).length).toBe(3)
  })

  it('is answered in a thread, with an attachment', async () => {
    const sent = await house.dac.create<Communication>(write([house.mt]))
    const attached = { contentAttachment: { contentType: 'text/plain', title: 'Consignes', data: Buffer.from('à jeun').toString('base64') } }
    const answer = circleMessage(
      { patient, sender: house.mt, recipients: [house.dac.structure] },
      { inResponseTo: [{ reference: `Communication/${sent.id}` }], payload: [{ contentString: 'Bien reçu' }, attached], sent: new Date().toISOString() },
    )
    const stored = await house.gp.create<Communication>(answer)
    expect(stored.inResponseTo).toEqual([{ reference: `Communication/${sent.id}` }])
  })

  it('is not sent to a stranger to the circle, in another’s name, or into a thread about somebody else; once sent it stays', async () => {
    const refused = async (message: Communication) => refusals(await house.dac.send('POST', 'Communication', { body: message }))
    expect(await refused(write([house.mt, stranger]))).toEqual(['422 business-rule at Communication.recipient[1]'])
    expect(await refused({ ...write([house.nurse]), sender: { reference: house.mt } })).toEqual(['422 business-rule at Communication.sender'])
    const other = await house.person()
    const elsewhere = await house.dac.create<Communication>(circleMessage({ patient: other, sender: house.dac.structure, recipients: [other] }))
    expect(await refused(write([house.mt], { inResponseTo: [{ reference: `Communication/${elsewhere.id}` }] }))).toEqual([
      '422 business-rule at Communication.inResponseTo[0]',
    ])
    const sent = await house.dac.create<Communication>(write([house.mt]))
    const rewritten = await house.dac.put<Communication>({ ...sent, payload: [{ contentString: 'Autre' }] })
    expect(refusals(rewritten)).toEqual(['422 business-rule at Communication.payload'])
  })
})
