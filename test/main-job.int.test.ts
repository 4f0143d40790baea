import { createHash } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { completeFlow, eventually, exchange, flowsOf, getJson, mailsOf, readSandbox, token, hospitalReceived, receivedBy } from './support/sandbox.ts'
import { fetchToken } from '../gateway/commands/token.ts'
import { letterOf, ownPersons } from './support/letters.ts'

interface Searchset {
  total?: number
  entry?: { resource: Record<string, unknown> & { id: string; meta: { versionId: string } } }[]
}

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')

describe('the main job, from outside', () => {
  const run = Date.now().toString(36)
  const seed = ownPersons()
  const mailbox = (name: string): string => `${name}.${run}@test.mssante.fr`

  const search = (query: string): Promise<Searchset> => getJson<Searchset>(`${sandbox.hapi}/${query}`)
  const documentsOf = (documentId: string): Promise<Searchset> =>
    search(`DocumentReference?identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${documentId}`)}`)

  for (const [kind, body] of [
    ['MDM', 'N1'],
    ['MDM', 'N3'],
    ['ORU', 'N3'],
  ] as const) {
    it(`${kind} with an ${body}: stored, announced, mailed, acknowledged`, async () => {
      const controlId = `MAIN-${kind}-${body}-${run}`
      const to = [mailbox(`a-${kind}${body}`.toLowerCase()), mailbox(`b-${kind}${body}`.toLowerCase())]
      const letter = letterOf({ controlId, kind, body, to, person: seed + (kind === 'ORU' ? 3 : body === 'N1' ? 1 : 2) })
      const heard = await listen(sandbox.kafka, 'hub.events')

      expect(await exchange(sandbox.mllp, letter.bytes)).toMatch(new RegExp(`MSA\\|AA\\|${controlId}`))
      const flow = await completeFlow(sandbox, operator, controlId)
      expect(flow.steps.map(step => step.step)).toEqual(
        expect.arrayContaining(['received', 'acknowledged', 'mapped', 'stored', 'announced', 'decided', 'sent', 'receipt', 'returned']),
      )

      const documents = await documentsOf(letter.documentId)
      expect(documents.entry).toHaveLength(1)
      const document = documents.entry?.[0]?.resource as unknown as { id: string; subject: { reference: string }; content: { attachment: { url: string } }[] }
      const binary = await fetch(`${sandbox.hapi}/${document.content[0]?.attachment.url.replace(/^.*\/?(Binary\/)/, '$1')}`, {
        headers: { accept: 'text/xml' },
      })
      expect(sha256(Buffer.from(await binary.arrayBuffer()))).toBe(sha256(Buffer.from(letter.cda, 'utf8')))
      const patient = await getJson<{ identifier: { value: string; use?: string }[] }>(`${sandbox.hapi}/${document.subject.reference}`)
      expect(patient.identifier).toEqual(
        expect.arrayContaining([expect.objectContaining({ value: letter.ins, use: 'official' }), expect.objectContaining({ value: letter.ipp })]),
      )

      for (const address of to) {
        const [raw, ...more] = await mailsOf(sandbox, address)
        expect(more).toHaveLength(0)
        const mail = await PostalMime.parse(raw ?? '')
        expect(mail.attachments.map(one => one.filename?.toLowerCase())).toContain('ihe_xdm.zip')
        expect(mail.headers.find(header => header.key === 'x-mss-ins')?.value).toBe('O')
      }
      const communications = await search(`Communication?subject=${document.subject.reference}&_count=100`)
      const ofThis = (communications.entry ?? []).filter(one => JSON.stringify(one.resource).includes(document.id))
      expect(ofThis.map(one => one.resource['status'])).toEqual(['completed', 'completed'])

      const acks = await hospitalReceived(sandbox, `|${controlId}|`)
      expect(acks).toHaveLength(2)
      for (const ack of acks) expect(ack).toMatch(/ZAM\^Z02\^ZAM_Z01[\s\S]*\|Y\^\^expandedYes-NoIndicator/)
      const declared = await receivedBy<{ status: number }>(sandbox.platform, letter.ins)
      expect(declared.filter(one => one.status === 201)).toHaveLength(1)
      const event = await eventually('event on Kafka', async () => heard.values.find(value => value.includes(document.id)))
      expect(JSON.parse(event)).toMatchObject({ specversion: '1.0', type: 'fr.e-parcours.document.depose.v1', subject: document.subject.reference })
      expect(event).not.toContain(letter.ins)
      await heard.stop()
    })
  }

  it('the same message twenty times in parallel has one effect and one answer', async () => {
    const controlId = `SAME-${run}`
    const to = [mailbox('same')]
    const letter = letterOf({ controlId, to, person: seed + 10 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(sandbox.mllp, letter.bytes)))
    expect(new Set(answers).size).toBe(1)
    await completeFlow(sandbox, operator, controlId)
    expect(await flowsOf(sandbox, operator, controlId)).toHaveLength(1)
    const stored = await documentsOf(letter.documentId)
    expect(stored.entry?.map(one => one.resource.meta.versionId)).toEqual(['1'])
    const patients = await search(`Patient?identifier=${letter.ins}`)
    expect(patients.entry?.map(one => one.resource.meta.versionId)).toEqual(['1'])
    expect(await mailsOf(sandbox, to[0] ?? '')).toHaveLength(1)
    expect(await hospitalReceived(sandbox, `|${controlId}|`)).toHaveLength(1)
  })

  it('under another control id nobody is mailed twice', async () => {
    const to = [mailbox('again')]
    const first = letterOf({ controlId: `AGAIN1-${run}`, to, person: seed + 11 })
    expect(await exchange(sandbox.mllp, first.bytes)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, `AGAIN1-${run}`)
    const second = Buffer.from(Buffer.from(first.bytes).toString('utf8').replace(`AGAIN1-${run}`, `AGAIN2-${run}`), 'utf8')
    expect(await exchange(sandbox.mllp, second)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, `AGAIN2-${run}`)
    expect(await mailsOf(sandbox, to[0] ?? '')).toHaveLength(1)
    expect((await documentsOf(first.documentId)).entry?.map(one => one.resource.meta.versionId)).toEqual(['1'])
  })

  it('a mailbox that bounces, one that refuses and one that is full for a while: Z02 N, Z02 N, Z02 Y', async () => {
    const controlId = `BAD-${run}`
    const to = [mailbox('inconnu'), mailbox('refuse'), mailbox('plein')]
    const letter = letterOf({ controlId, to, person: seed + 12 })
    expect(await exchange(sandbox.mllp, letter.bytes)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, controlId)
    const acks = await hospitalReceived(sandbox, `|${controlId}|`)
    const verdict = Object.fromEntries(
      to.map(address => [address, acks.filter(ack => ack.includes(address)).map(ack => /ACK_RECEPTION_MSS[^|]*\|[^|]*\|([YN])/.exec(ack)?.[1])]),
    )
    expect(verdict).toEqual({ [to[0] ?? '']: ['N'], [to[1] ?? '']: ['N'], [to[2] ?? '']: ['Y'] })
    for (const ack of acks.filter(one => one.includes('|N^'))) expect(ack).toMatch(/\rERR\|[^\r]*\|207\^[^\r]*\|E\|5\d\d\^[^^]*\^SMTPERRORCODE/)
    expect(await mailsOf(sandbox, to[2] ?? '')).toHaveLength(1)
  })

  it('DESTDMP=Y: the DMP is decided against, by name, and one Z01 N says so', async () => {
    const controlId = `DMP-${run}`
    const letter = letterOf({ controlId, to: [mailbox('dmp')], person: seed + 13, flags: { DESTMSSANTEPS: 'Y', DESTDMP: 'Y', ACK_RECEPTION: 'Y' } })
    expect(await exchange(sandbox.mllp, letter.bytes)).toContain('MSA|AA|')
    const flow = await completeFlow(sandbox, operator, controlId)
    expect(flow.steps).toEqual(
      expect.arrayContaining([expect.objectContaining({ step: 'decided', recipient: 'dmp', outcome: 'aucun', code: 'dmp.not-connected' })]),
    )
    const acks = await hospitalReceived(sandbox, `|${controlId}|`)
    expect(acks.filter(ack => ack.includes('ZAM^Z01^ZAM_Z01') && /ACK_RECEPTION_DMP[^|]*\|[^|]*\|N\^/.test(ack))).toHaveLength(1)
    expect(acks.filter(ack => ack.includes('ZAM^Z02^ZAM_Z01'))).toHaveLength(1)
  })

  it('the FHIR door answers 401 without a token; the person reads his letter, a DAC that has nothing to do with him nothing', async () => {
    expect((await fetch(`${sandbox.fhir}/Patient`)).status).toBe(401)
    const letter = letterOf({ controlId: `MAIN-READ-${run}`, to: [mailbox('lecture')], person: seed + 4 })
    expect(await exchange(sandbox.mllp, letter.bytes)).toMatch(/MSA\|AA/)
    await completeFlow(sandbox, operator, `MAIN-READ-${run}`)
    const person = await fetchToken(sandbox, 'citizen-portal', { person: letter.ins })
    const set = await getJson<Searchset & { link: { url: string }[] }>(`${sandbox.fhir}/DocumentReference?_count=1`, person)
    expect(set.entry).toHaveLength(1)
    for (const link of set.link) expect(link.url.startsWith(sandbox.fhir)).toBe(true)
    const [document] = set.entry ?? []
    const read = async (bearer: string): Promise<number> =>
      (await fetch(`${sandbox.fhir}/DocumentReference/${document?.resource.id}`, { headers: { authorization: `Bearer ${bearer}` } })).status
    expect([await read(person), await read(await token(sandbox, 'dac'))]).toEqual([200, 404])
  })
})

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function listen(broker: string, topic: string): Promise<{ values: string[]; stop: () => Promise<void> }> {
  const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).consumer({ groupId: `test-${crypto.randomUUID()}` })
  const values: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void values.push(message.value?.toString('utf8') ?? '') })
  return { values, stop: () => consumer.disconnect() }
}
