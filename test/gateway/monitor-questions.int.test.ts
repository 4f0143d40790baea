import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { letterOf, ownPersons } from '../support/letters.ts'
import { completeFlow, eventually, exchange, flowsOf, getJson, readSandbox, token } from '../support/sandbox.ts'

const run = promisify(execFile)

interface Why {
  received: boolean
  code: string | null
  level: string
  rule: string
  next: string
}

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')

describe('questions that operators ask', () => {
  const turn = Date.now().toString(36)
  const seed = ownPersons()
  const mailbox = (name: string): string => `${name}.${turn}@test.mssante.fr`

  const ask = async <T>(question: string, parameters: Record<string, string>): Promise<T> =>
    getJson<T>(`${sandbox.http}/monitor/api/${question}?${new URLSearchParams(parameters)}`, operator)
  const why = (recipient: string, documentId: string): Promise<Why> => ask('why', { recipient, document: `urn:oid:${documentId}` })
  const send = async (n: number, letter: Partial<Parameters<typeof letterOf>[0]>) => {
    const controlId = `WHY-${turn}-${n}`
    const sent = letterOf({ controlId, person: seed + n, ...letter })
    expect(await exchange(sandbox.mllp, sent.bytes)).toMatch(/MSA\|AA/)
    return { ...sent, controlId }
  }
  const patientOf = async (documentId: string): Promise<string> => {
    const found = await getJson<{ entry: { resource: { subject: { reference: string } } }[] }>(
      `${sandbox.hapi}/DocumentReference?identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${documentId}`)}`,
    )
    return found.entry[0]?.resource.subject.reference ?? ''
  }

  it('received: no code is left, also for the platform', async () => {
    const to = mailbox('recu')
    const { documentId, controlId } = await send(1, { to: [to] })
    await completeFlow(sandbox, operator, controlId)
    expect(await why(to, documentId)).toMatchObject({ received: true, code: null, level: 'complet', rule: 'sender.named' })
    expect(await why('platform', documentId)).toMatchObject({ received: true, code: null })
  })

  it('a document is asked for as its flow names it, also by a number under a root', async () => {
    const to = mailbox('nombre')
    const [controlId, number] = [`WHY-${turn}-41`, `CR 12,${turn}`]
    const underRoot = (cda: string): string => cda.replace(/<id root="([\d.]+)"\/>/, `<id root="$1" extension="${number}"/>`)
    const { bytes, documentId } = letterOf({ controlId, person: seed + 41, to: [to], edit: underRoot })
    const message = Buffer.from(bytes).toString('latin1').replace(`|${documentId}|`, `|${number}^^${documentId}^ISO|`)
    expect(await exchange(sandbox.mllp, Buffer.from(message, 'latin1'))).toMatch(/MSA\|AA/)
    const flow = await completeFlow(sandbox, operator, controlId)
    expect(flow.documentId).toBe(`${documentId}^${number}`)
    for (const document of [`${documentId}^${number}`, `urn:oid:${documentId}^${number}`])
      expect(await ask('why', { recipient: to, document })).toMatchObject({ received: true, code: null })
    const found = await getJson<{ entry: { resource: { id: string } }[] }>(
      `${sandbox.hapi}/DocumentReference?${new URLSearchParams({ identifier: `urn:oid:${documentId}|${number.replace(',', '\\,')}` })}`,
    )
    expect(await ask('why', { recipient: to, document: `DocumentReference/${found.entry[0]?.resource.id}` })).toMatchObject({ received: true })
  })

  it.each<[string, string, string, Partial<Parameters<typeof letterOf>[0]>?]>([
    ['a mailbox that bounces', 'inconnu', 'mailbox.closed'],
    ['a mailbox that refuses', 'refuse', 'mailbox.closed'],
  ])('%s: %s… is %s', async (_case, local, code, more) => {
    const to = mailbox(local)
    const { documentId, controlId } = await send(code.length + local.length, { to: [to], ...more })
    await completeFlow(sandbox, operator, controlId)
    const answer = await why(to, documentId)
    expect([answer.received, answer.code]).toEqual([false, code])
    expect(answer.next).not.toBe('')
  })

  it('who has nothing to do with the person, whose certificate has expired, the national record', async () => {
    const { documentId, controlId } = await send(40, { to: [mailbox('autre')], flags: { DESTMSSANTEPS: 'Y', ACK_RECEPTION: 'Y', DESTDMP: 'Y' } })
    await completeFlow(sandbox, operator, controlId)
    const codes = await Promise.all(['dac-2', 'gp-portal-expired', 'dmp'].map(async recipient => (await why(recipient, documentId)).code))
    expect(codes).toEqual(['circle.not-member', 'certificate.expired', 'dmp.not-connected'])
  })

  it('a document nobody knows: 404; a question without its parameter, or with one too many: 400', async () => {
    const status = async (query: string): Promise<number> =>
      (await fetch(`${sandbox.http}/monitor/api/why?${query}`, { headers: { authorization: `Bearer ${operator}` } })).status
    expect([
      await status('recipient=dmp&document=urn:oid:1.2.3.4.5'),
      await status('recipient=dmp'),
      await status('recipient=dmp&document=x'),
      await status('recipient=dmp&document=urn:oid:1.2&more=1'),
    ]).toEqual([404, 400, 400, 400])
  })

  it('a lane that is held keeps what comes, and gives it when it is freed', async () => {
    const to = mailbox('arret')
    const first = await send(50, { to: [to] })
    await completeFlow(sandbox, operator, first.controlId)
    const order = { recipient: to, person: await patientOf(first.documentId), reason: 'maintenance de la boîte' }
    const post = async (way: string) =>
      (
        await fetch(`${sandbox.http}/monitor/api/lanes/${way}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
          body: JSON.stringify(order),
        })
      ).json()
    expect(await post('park')).toMatchObject({ parked: true })
    const second = await send(50, { controlId: `WHY-${turn}-51`, to: [to] })
    await eventually('the second one waits in the lane', async () =>
      (await flowsOf(sandbox, operator, second.controlId))[0]?.steps?.length === 0
        ? undefined
        : (await why(to, second.documentId)).code === 'lane.parked'
          ? true
          : undefined,
    )
    expect(await post('resume')).toMatchObject({ resumed: true })
    await eventually('it has arrived', async () => ((await why(to, second.documentId)).received ? true : undefined))
  })

  it('decisions, received and who could see name the document, the person and the rule', async () => {
    const to = mailbox('decisions')
    const { documentId, controlId } = await send(60, { to: [to] })
    await completeFlow(sandbox, operator, controlId)
    const person = await patientOf(documentId)
    const { items } = await ask<{ items: Record<string, string>[]; next: string | null }>('decisions', { document: `urn:oid:${documentId}`, recipient: to })
    expect(items).toEqual([
      expect.objectContaining({ document: `urn:oid:${documentId}`, person, recipient: to, channel: 'mssante', level: 'complet', rule: 'sender.named' }),
    ])
    expect((await ask<{ items: object[] }>('decisions', { person, limit: '1' })).items).toHaveLength(1)
    const received = await ask<{ items: Record<string, string>[] }>('received', { partner: to, person })
    expect(received.items).toEqual([expect.objectContaining({ document: `urn:oid:${documentId}`, level: 'complet' })])
    const seen = await ask<{ items: { actor: string; level: string; rule: string }[] }>('who-could-see', {
      document: `urn:oid:${documentId}`,
      at: new Date().toISOString(),
    })
    expect(seen.items).toContainEqual({ actor: person, level: 'complet', rule: 'person.self' })
  })

  it('the command says the same', async () => {
    const to = mailbox('commande')
    const { documentId, controlId } = await send(70, { to: [to] })
    await completeFlow(sandbox, operator, controlId)
    const { stdout } = await run(process.execPath, ['docker/embedded/hub.mjs', 'why', to, `urn:oid:${documentId}`], { env: process.env })
    expect(stdout).toMatch(/received\s+true[\s\S]*rule\s+sender\.named/)
  })
})
