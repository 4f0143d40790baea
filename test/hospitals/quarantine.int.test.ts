import type { Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { writeIdentity } from '../support/identity-messages.ts'
import { type Letter, letterOf, ownPersons } from '../support/letters.ts'
import { completeFlow, eventually, exchange, flowsOf, getJson, mailsOf, readSandbox, token } from '../support/sandbox.ts'

// An INS with other traits sets a person apart: nobody is told of his documents, until the identity cell decides; then each is told once.

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')

describe('documents held by a quarantine', () => {
  const run = crypto.randomUUID().slice(0, 8)
  const person = ownPersons()
  const to = (name: string): string => `${name}.${run}@test.mssante.fr`

  const send = async (letter: Letter, controlId: string, born = '19790328'): Promise<void> => {
    const bytes = Buffer.from(Buffer.from(letter.bytes).toString('utf8').replace('|19790328|', `|${born}|`))
    expect(await exchange(sandbox.mllp, bytes)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, controlId)
  }
  const patientOf = async (documentId: string): Promise<string> => {
    const { entry = [] } = await getJson<{ entry?: { resource: { subject: { reference: string } } }[] }>(
      `${sandbox.hapi}/DocumentReference?identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${documentId}`)}`,
    )
    return entry[0]?.resource.subject.reference ?? ''
  }
  const why = (recipient: string, documentId: string): Promise<{ received: boolean; code: string | null }> =>
    getJson(`${sandbox.http}/monitor/api/why?${new URLSearchParams({ recipient, document: `urn:oid:${documentId}` })}`, operator)
  const decide = async (way: 'merge' | 'split', body: object): Promise<number> => {
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }
    return (await fetch(`${sandbox.http}/monitor/api/identities/${way}`, { method: 'POST', headers, body: JSON.stringify(body) })).status
  }
  const merge = (survivor: string, loser: string): Promise<number> => decide('merge', { survivor, loser })

  it('are told once its person is merged into the one the INS names, each once', async () => {
    const known = letterOf({ controlId: `KNOWN-${run}`, person, to: [to('known')] })
    await send(known, `KNOWN-${run}`)
    const contradicts = (cda: string): string => cda.replaceAll('19790328', '19800328')
    const held = letterOf({ controlId: `HELD-${run}`, person, to: [to('held')], edit: contradicts })
    await send(held, `HELD-${run}`, '19800328')
    const [survivor, loser] = [await patientOf(known.documentId), await patientOf(held.documentId)]
    expect(loser).not.toBe(survivor)
    expect((await getJson<Patient>(`${sandbox.hapi}/${loser}`)).meta?.tag?.map(({ code }) => code)).toContain('quarantaine')
    expect(await why(to('held'), held.documentId)).toMatchObject({ received: false, code: 'identity.quarantined' })
    expect(await mailsOf(sandbox, to('held'))).toEqual([])

    expect(await merge(survivor, loser)).toBe(200)
    await eventually('the held mail', async () => ((await mailsOf(sandbox, to('held'))).length > 0 ? true : undefined))
    await completeFlow(sandbox, operator, `HELD-${run}`)
    expect(await mailsOf(sandbox, to('held'))).toHaveLength(1)
    expect(await mailsOf(sandbox, to('known'))).toHaveLength(1)
    await eventually('it has arrived', async () => ((await why(to('held'), held.documentId)).received ? true : undefined))
  })

  it('that wait when their person is parted again are held again, and told once by the next merge', async () => {
    const known = letterOf({ controlId: `KNOWN-2-${run}`, person: person + 2, to: [to('known2')] })
    await send(known, `KNOWN-2-${run}`)
    // This mailbox puts its mail off twice.
    const edit = (cda: string): string => cda.replaceAll('19790328', '19800328')
    const held = letterOf({ controlId: `HELD-2-${run}`, person: person + 2, to: [to('plein-held')], edit })
    await send(held, `HELD-2-${run}`, '19800328')
    const [survivor, loser] = [await patientOf(known.documentId), await patientOf(held.documentId)]
    expect(await merge(survivor, loser)).toBe(200)
    const status = async (): Promise<string | undefined> => (await flowsOf(sandbox, operator, `HELD-2-${run}`))[0]?.status
    await eventually('the mail is put off', async () => ((await status()) === 'waiting' ? true : undefined))
    expect(await decide('split', { loser })).toBe(200)
    await completeFlow(sandbox, operator, `HELD-2-${run}`)
    expect(await mailsOf(sandbox, to('plein-held'))).toEqual([])
    expect(await why(to('plein-held'), held.documentId)).toMatchObject({ received: false, code: 'identity.quarantined' })

    expect(await merge(survivor, loser)).toBe(200)
    await eventually('it has arrived', async () => ((await why(to('plein-held'), held.documentId)).received ? true : undefined))
    expect(await mailsOf(sandbox, to('plein-held'))).toHaveLength(1)
  })

  it('of somebody whom nobody had checked: the platform is told once a hospital has checked him, the recipient is not told again', async () => {
    const provisional = letterOf({ controlId: `PROV-${run}`, person: person + 1, to: [to('prov')] })
    const unchecked = (text: string): string => text.replace(/(PID\|[^\r]*)\|VALI/, '$1|PROV')
    await send({ ...provisional, bytes: Buffer.from(unchecked(Buffer.from(provisional.bytes).toString('utf8'))) }, `PROV-${run}`)
    expect(await why('platform', provisional.documentId)).toMatchObject({ received: false, code: 'identity.quarantined' })
    const checked = writeIdentity('A31', { controlId: `A31-${run}`, pids: [{ ipp: provisional.ipp, status: 'VALI' }] })
    expect(await exchange(sandbox.mllp, checked)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, `A31-${run}`)
    await eventually('the platform is told', async () => ((await why('platform', provisional.documentId)).received ? true : undefined))
    expect(await mailsOf(sandbox, to('prov'))).toHaveLength(1)
  })
})
