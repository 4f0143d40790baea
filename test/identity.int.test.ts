import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { type Letter, letterOf, ownPersons } from './support/letters.ts'
import { completeFlow, exchange, getJson, mailsOf, readSandbox, token, receivedBy } from './support/sandbox.ts'

interface PatientView {
  id: string
  meta: { versionId: string; tag?: { code: string }[] }
  identifier: { value: string; use?: string; system: string }[]
}

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')

describe('who a document is about', () => {
  const run = Date.now().toString(36)
  const seed = ownPersons()

  const send = async (controlId: string, letter: Letter, edit: (er7: string) => string = text => text) => {
    expect(await exchange(sandbox.mllp, Buffer.from(edit(Buffer.from(letter.bytes).toString('utf8')), 'utf8'))).toContain('MSA|AA|')
    return completeFlow(sandbox, operator, controlId)
  }
  const patientOf = async (letter: Letter): Promise<PatientView> => {
    const set = await getJson<{ entry?: { resource: { subject: { reference: string } } }[] }>(
      `${sandbox.hapi}/DocumentReference?identifier=urn:oid:${letter.documentId}`,
    )
    return getJson<PatientView>(`${sandbox.hapi}/${set.entry?.[0]?.resource.subject.reference}`)
  }
  const notified = async (letter: Letter): Promise<number> => (await receivedBy(sandbox.platform, letter.ins)).length
  const codes = (patient: PatientView): string[] => (patient.meta.tag ?? []).map(tag => tag.code)

  it('an INS without proof (PID-32 PROV) is kept as temp, mailed with X-MSS-INS: N, and never leaves for the platform', async () => {
    const to = `prov.${run}@test.mssante.fr`
    const letter = letterOf({ controlId: `PROV-${run}`, person: seed + 1, to: [to] })
    const flow = await send(`PROV-${run}`, letter, text => text.replace('|VALI\r', '|PROV\r'))
    const patient = await patientOf(letter)
    expect(patient.identifier.find(one => one.value === letter.ins)?.use).toBe('temp')
    expect(codes(patient)).toContain('provisoire')
    const [raw] = await mailsOf(sandbox, to)
    expect((await PostalMime.parse(raw ?? '')).headers.find(header => header.key === 'x-mss-ins')?.value).toBe('N')
    expect(await notified(letter)).toBe(0)
    expect(flow.steps).toEqual(
      expect.arrayContaining([expect.objectContaining({ step: 'decided', recipient: 'region', outcome: 'aucun', code: 'identity.quarantined' })]),
    )
  })

  it('a qualified INS known with other traits is quarantined: stored apart, told to nobody', async () => {
    const known = letterOf({ controlId: `TRAIT1-${run}`, person: seed + 2, to: [`trait1.${run}@test.mssante.fr`] })
    await send(`TRAIT1-${run}`, known)
    const to = `trait2.${run}@test.mssante.fr`
    const other = letterOf({
      controlId: `TRAIT2-${run}`,
      person: seed + 2,
      to: [to],
      edit: cda => cda.replaceAll('19790328', '19500101').replaceAll(`IPP-T${seed + 2}`, `IPP-O${seed + 2}`),
    })
    const flow = await send(`TRAIT2-${run}`, other, text => text.replaceAll('19790328', '19500101').replaceAll(`IPP-T${seed + 2}`, `IPP-O${seed + 2}`))
    const [first, second] = [await patientOf(known), await patientOf(other)]
    expect(second.id).not.toBe(first.id)
    expect(codes(second)).toContain('conflit')
    expect(first.meta.versionId).toBe('1')
    expect(await mailsOf(sandbox, to)).toHaveLength(0)
    expect(flow.steps).toEqual(expect.arrayContaining([expect.objectContaining({ step: 'decided', outcome: 'aucun', code: 'identity.quarantined' })]))
    expect(await notified(other)).toBe(1)
    const tasks = await getJson<{ entry?: { resource: { code?: { coding?: { code: string }[] } } }[] }>(`${sandbox.hapi}/Task?subject=Patient/${second.id}`)
    expect(tasks.entry?.map(one => one.resource.code?.coding?.[0]?.code)).toEqual(['IDENTITE'])
  })

  it('the same qualified INS from another hospital is the same Patient', async () => {
    const first = letterOf({ controlId: `TWO1-${run}`, person: seed + 3, to: [`two1.${run}@test.mssante.fr`] })
    await send(`TWO1-${run}`, first)
    const second = letterOf({
      controlId: `TWO2-${run}`,
      person: seed + 3,
      to: [`two2.${run}@test.mssante.fr`],
      edit: cda => cda.replaceAll(`IPP-T${seed + 3}`, `IPP-B${seed + 3}`),
    })
    await send(`TWO2-${run}`, second, text => text.replaceAll('DPI-1|CH-1', 'DPI-2|CH-2').replaceAll(`IPP-T${seed + 3}`, `IPP-B${seed + 3}`))
    expect((await patientOf(second)).id).toBe((await patientOf(first)).id)
  })

  it('a document hidden from professionals, or from the person, is mailed to none of them', async () => {
    const to = `masked.${run}@test.mssante.fr`
    const letter = letterOf({ controlId: `MASK-${run}`, person: seed + 4, to: [to], flags: { DESTMSSANTEPS: 'Y', MASQUE_PS: 'Y' } })
    const flow = await send(`MASK-${run}`, letter)
    expect(await mailsOf(sandbox, to)).toHaveLength(0)
    expect(flow.steps).toEqual(expect.arrayContaining([expect.objectContaining({ step: 'decided', recipient: to, outcome: 'aucun', code: 'flag.masked' })]))
  })
})
