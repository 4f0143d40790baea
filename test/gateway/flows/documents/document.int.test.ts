import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { PERSON, PHYSICIAN, writeLetterMessage } from '../../../../gateway/demo/letter.ts'
import { type Letter, letterOf, newDocumentId, ownPersons } from '../../../support/letters.ts'
import { completeFlow, exchange, type Flow, flowsOf, getJson, mailsOf, readSandbox, token } from '../../../support/sandbox.ts'

interface Searchset<R = { id: string }> {
  entry?: { resource: R }[]
}

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')

describe('the deposit of a document', () => {
  const run = Date.now().toString(36)
  const person = ownPersons()
  const mailbox = (name: string): string => `${name}.${run}@test.mssante.fr`

  const search = <R>(query: string): Promise<Searchset<R>> => getJson(`${sandbox.hapi}/${query}`)
  const sendAccepted = async (bytes: Uint8Array): Promise<void> => expect(await exchange(sandbox.mllp, bytes)).toContain('MSA|AA|')
  const flowOf = async (controlId: string): Promise<Flow> => {
    const [flow] = await flowsOf(sandbox, operator, controlId)
    return getJson<Flow>(`${sandbox.http}/monitor/api/flows/${flow?.id}`, operator)
  }
  const decisions = (flow: Flow): Record<string, string> =>
    Object.fromEntries(flow.steps.filter(step => step.step === 'decided').map(step => [step.recipient ?? '', `${step.outcome} ${step.code}`]))
  /** Another trait for the same qualified INS, in the document and in PID-7. */
  const bornOtherwise = (letter: Letter): Uint8Array =>
    Buffer.from(
      Buffer.from(letter.bytes)
        .toString('utf8')
        .replace(/^(PID\|(?:[^|]*\|){6})(\d{4})/m, '$11901'),
    )

  it('over 1 MiB is stored byte for byte, beside the transaction', async () => {
    const controlId = `LARGE-${run}`
    const letter = letterOf({
      controlId,
      person: person + 1,
      to: [mailbox('large')],
      edit: cda => cda.replace('</ClinicalDocument>', `<!--${'x'.repeat(2_000_000)}--></ClinicalDocument>`),
    })
    await sendAccepted(letter.bytes)
    const flow = await completeFlow(sandbox, operator, controlId)
    expect(flow.steps.slice(0, 4).map(step => step.step)).toEqual(['received', 'acknowledged', 'mapped', 'stored'])
    const found = await search<{ id: string; content: { attachment: { url: string } }[] }>(
      `DocumentReference?identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${letter.documentId}`)}`,
    )
    const url = found.entry?.[0]?.resource.content[0]?.attachment.url ?? ''
    const stored = await fetch(`${sandbox.hapi}/${url}`, { headers: { accept: 'text/xml' } })
    expect(sha256(Buffer.from(await stored.arrayBuffer()))).toBe(sha256(Buffer.from(letter.cda)))
  })

  it('of a qualified INS with another trait stands apart: tagged, a Task, no fan-out, its own event', async () => {
    const first = letterOf({ controlId: `TRAIT1-${run}`, person: person + 2, to: [mailbox('trait1')] })
    await sendAccepted(first.bytes)
    await completeFlow(sandbox, operator, `TRAIT1-${run}`)
    const edit = (cda: string): string => cda.replace(/(<birthTime value=")\d{4}/, '$11901')
    const second = letterOf({ controlId: `TRAIT2-${run}`, person: person + 2, to: [mailbox('trait2')], edit })
    await sendAccepted(bornOtherwise(second))
    const flow = await completeFlow(sandbox, operator, `TRAIT2-${run}`)

    expect(flow.steps).toContainEqual(expect.objectContaining({ step: 'announced', code: 'identite.conflit' }))
    expect(new Set(Object.values(decisions(flow)))).toEqual(new Set(['aucun identity.quarantined']))
    expect(await mailsOf(sandbox, mailbox('trait2'))).toHaveLength(0)
    const patients = await search<{ id: string; meta: { tag: { code: string }[] } }>(`Patient?identifier=${first.ins}`)
    expect(patients.entry).toHaveLength(2)
    const apart = patients.entry?.map(one => one.resource).find(one => one.meta.tag.some(tag => tag.code === 'conflit'))
    const tasks = await search<{ code: { coding: { code: string }[] } }>(`Task?patient=${apart?.id}`)
    expect(tasks.entry?.map(one => one.resource.code.coding[0]?.code)).toEqual(['IDENTITE'])
  })

  it('of a known id with other bytes is AE/207 at its identifier, and changes nothing', async () => {
    const documentId = newDocumentId()
    await sendAccepted(letterOf({ controlId: `SAMEID1-${run}`, documentId, person: person + 3, to: [mailbox('sameid')] }).bytes)
    await completeFlow(sandbox, operator, `SAMEID1-${run}`)
    const other = letterOf({
      controlId: `SAMEID2-${run}`,
      documentId,
      person: person + 3,
      to: [mailbox('sameid')],
      edit: cda => cda.replace('</ClinicalDocument>', '<!-- other --></ClinicalDocument>'),
    })
    expect(await exchange(sandbox.mllp, other.bytes)).toMatch(/MSA\|AE\|.*\rERR\|\|TXA\^1\^12\|207\^/)
    expect((await flowOf(`SAMEID2-${run}`)).status).toBe('refused')
    await sendAccepted(letterOf({ controlId: `SAMEID3-${run}`, person: person + 4, to: [mailbox('sameid')] }).bytes)
    await completeFlow(sandbox, operator, `SAMEID3-${run}`)
    expect(await mailsOf(sandbox, mailbox('sameid'))).toHaveLength(2)
  })

  it('hidden from professionals is mailed to none of them, with the rule that says why', async () => {
    const controlId = `MASKED-${run}`
    await sendAccepted(
      letterOf({ controlId, person: person + 5, to: [mailbox('masked')], flags: { MASQUE_PS: 'Y', DESTMSSANTEPS: 'Y', ACK_RECEPTION: 'Y' } }).bytes,
    )
    const flow = await completeFlow(sandbox, operator, controlId)
    expect(decisions(flow)[mailbox('masked')]).toBe('aucun flag.masked')
    expect(flow.steps.some(step => step.step === 'returned')).toBe(false)
    expect(await mailsOf(sandbox, mailbox('masked'))).toHaveLength(0)
  })

  it('of an unverified identity goes to the professional with X-MSS-INS: N, never to the citizen mailbox', async () => {
    const controlId = `UNVERIFIED-${run}`
    const model = letterOf({ controlId, person: person + 6 })
    const citizen = `${model.ins}@patient.mssante.fr`
    const recipients = [PHYSICIAN.replace(/[^^|]+@[^|]+/, mailbox('unverified')), PERSON.replaceAll(/\d{15}/g, model.ins)]
    const at = new Date()
    const message = writeLetterMessage({
      controlId,
      documentId: model.documentId,
      at,
      kind: 'MDM',
      document: model.cda,
      recipients,
      flags: { DESTMSSANTEPS: 'Y', DESTMSSANTEPAT: 'Y', ACK_RECEPTION: 'Y' },
    })
    const pid =
      Buffer.from(model.bytes)
        .toString('utf8')
        .split('\r')
        .find(line => line.startsWith('PID')) ?? ''
    const bytes = Buffer.from(message)
      .toString('utf8')
      .replace(/^PID.*$/m, pid.replace('|VALI', '|PROV'))
    await sendAccepted(Buffer.from(bytes))
    const flow = await completeFlow(sandbox, operator, controlId)
    expect(decisions(flow)).toMatchObject({ [mailbox('unverified')]: 'complet sender.named', '***@patient.mssante.fr': 'aucun identity.unqualified' })
    const [mail] = await mailsOf(sandbox, mailbox('unverified'))
    expect(String(mail)).toMatch(/^X-MSS-INS: N\r$/im)
    expect(await mailsOf(sandbox, citizen)).toHaveLength(0)
  })
})

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
