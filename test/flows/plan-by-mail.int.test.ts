import { createHash } from 'node:crypto'
import type { Binary, Bundle, CarePlan, CareTeam, Communication, Consent, DocumentReference, Practitioner, PractitionerRole } from 'fhir/r4.js'
import PostalMime from 'postal-mime'
import { beforeAll, describe, expect, it } from 'vitest'
import { readCdaHeader } from '../../mappers/cda/header/header-reader.ts'
import { documentPdf } from '../../mappers/cda/media.ts'
import { readCda } from '../../mappers/cda/xml/tree.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { planOf, visit } from '../support/care.ts'
import { newPerson } from '../support/care-house.ts'
import { atLevel, professionalOf } from '../support/members.ts'
import { SB, writeMessage } from '../support/messages.ts'
import { completeFlow, eventually, exchange, getJson, mailsOf, readSandbox, token } from '../support/sandbox.ts'
import { circle, consent } from '../support/support-requests.ts'
import { Vendor } from '../support/vendor.ts'
import { unzip } from '../support/zip.ts'

// The référent of a plan is a professional with an RPPS: each version reaches, as a signed document, the members of the circle who have only a mailbox.

interface Edition {
  action: string | undefined
  replaces: boolean
  text: string
  messageId: string | undefined
  inReplyTo: string | undefined
  cda: Buffer
  pdf: Buffer
}

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
const dac = await Vendor.of(sandbox, 'dac')
const gp = await Vendor.of(sandbox, 'gp-portal')
const hospital = await Vendor.of(sandbox, 'hospital')

describe('a plan goes to those who have only a mailbox', () => {
  const run = crypto.randomUUID().slice(0, 8)
  const to = (name: string): string => `${name}.${run}@test.mssante.fr`
  let ins: string
  let patient: string
  let team: CareTeam & { id: string }
  let doctor: string
  let author: { role: string; rpps: string }
  let plan: CarePlan & { id: string }

  async function editionsOf(address: string): Promise<(Edition | undefined)[]> {
    return Promise.all(
      (await mailsOf(sandbox, address)).map(async raw => {
        const { text = '', attachments, messageId, inReplyTo } = await PostalMime.parse(raw)
        const zip = attachments.find(one => one.filename === 'IHE_XDM.zip')
        const pdf = attachments.find(one => one.mimeType === 'application/pdf')
        if (zip === undefined || pdf === undefined) return undefined
        const members = await unzip(Buffer.from(zip.content as ArrayBuffer))
        const metadata = members.get('IHE_XDM/SUBSET01/METADATA.XML')?.toString('utf8') ?? ''
        const cda = [...members].find(([path]) => /SUBSET01\/(?!METADATA).*\.XML$/i.test(path))?.[1] ?? Buffer.alloc(0)
        const action = /name="action"><rim:ValueList><rim:Value>([CD])</.exec(metadata)?.[1]
        return { action, replaces: metadata.includes('RPLC'), text, messageId, inReplyTo, cda, pdf: Buffer.from(pdf.content as ArrayBuffer) }
      }),
    )
  }

  const mailsTo = (address: string, count: number): Promise<(Edition | undefined)[]> =>
    eventually(
      `${count} mails for ${address}`,
      async () => {
        const found = await editionsOf(address)
        return found.length >= count ? found : undefined
      },
      // What Kafka does not say in a minute, the ledger says.
      150_000,
    )

  /** Another title: one more version. */
  async function change(title: string): Promise<void> {
    const current = await dac.read<CarePlan>(`CarePlan/${plan.id}`)
    expect((await dac.put({ ...current, title })).status).toBe(200)
  }

  const documents = (): Promise<DocumentReference[]> => dac.search<DocumentReference>(`DocumentReference?patient=${patient}&type=18776-5&_sort=date`)

  const lanes = async (way: 'park' | 'resume', recipient: string): Promise<void> => {
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ recipient, person: patient, reason: 'essai' })
    expect((await fetch(`${sandbox.http}/monitor/api/lanes/${way}`, { method: 'POST', headers, body })).status).toBe(200)
  }

  const decisionsAbout = async (recipient: string): Promise<{ level: string; rule: string }[]> =>
    (
      await getJson<{ items: { level: string; rule: string }[] }>(
        `${sandbox.http}/monitor/api/decisions?${new URLSearchParams({ recipient, limit: '100' })}`,
        operator,
      )
    ).items

  beforeAll(async () => {
    const { patient: person, ifNoneExist } = newPerson()
    ins = person.identifier?.[0]?.value ?? ''
    patient = `Patient/${(await dac.create(person, ifNoneExist)).id}`
    await dac.create(consent(patient, 'information', dac.structure))
    author = await professionalOf(dac, { address: to('referent') })
    doctor = (await professionalOf(gp, { address: to('dr') })).role
    const helper = (await professionalOf(gp, { address: to('aide') })).role
    const asked = circle(
      patient,
      dac.structure,
      [dac.structure, author.role, doctor, helper, hospital.structure].map(member => ({ member })),
    )
    asked.participant = (asked.participant ?? []).map(one => (one.member?.reference === helper ? atLevel('minimal', one) : one))
    team = await dac.create(asked)
    const circles = { careTeam: [{ reference: `CareTeam/${team.id}` }] }
    plan = await dac.create<CarePlan>(planOf(patient, { author: { reference: author.role }, ...circles, activity: [visit('mon', doctor)] }))
  })

  it('version 1: one mail with the CDA and its PDF and no action; the référent signs; who sees less gets a notice, the référent no document', async () => {
    const [first, ...more] = await mailsTo(to('dr'), 1)
    expect(more).toEqual([])
    expect(first).toMatchObject({ action: undefined, replaces: false })
    const cda = readCda(first?.cda ?? Buffer.alloc(0))
    const { header } = readCdaHeader(cda)
    expect(header.legalAuthenticator?.entity.ids[0]).toMatchObject({ root: '1.2.250.1.71.4.2.1', extension: `8${author.rpps}` })
    expect(header.patient.identifiers.map(({ extension }) => extension)).toContain(ins)
    expect(documentPdf(cda, header)?.bytes).toEqual(first?.pdf)
    expect(await mailsTo(to('aide'), 1)).toEqual([undefined])
    expect(await mailsTo(to('referent'), 1)).toEqual([undefined])
    const why = async (version: number): Promise<number> => {
      const asked = new URLSearchParams({ recipient: to('dr'), document: `CarePlan/${plan.id}/_history/${version}` })
      return (await fetch(`${sandbox.http}/monitor/api/why?${asked}`, { headers: { authorization: `Bearer ${operator}` } })).status
    }
    expect([await why(1), await why(99)]).toEqual([200, 404])
  })

  it('each later version: one more mail, action C, in the place of the one before', async () => {
    await change('Plan revu')
    const mails = await mailsTo(to('dr'), 2)
    expect(mails).toHaveLength(2)
    expect(mails[1]).toMatchObject({ action: 'C', replaces: true, text: expect.stringContaining('annule et remplace') })
    expect(mails[1]?.inReplyTo).toBe(mails[0]?.messageId)
    const [before, after] = mails.map(one => readCdaHeader(readCda(one?.cda ?? Buffer.alloc(0))).header)
    expect(after?.replaces).toMatchObject({ root: before?.id.root })
    expect(after?.setId).toMatchObject({ root: before?.setId?.root })
    expect([before?.versionNumber, after?.versionNumber]).toEqual([1, 2])
  })

  it('the document is kept under its CDA id, with the bytes that were mailed, and its mails have their Communication', async () => {
    const [, second] = await editionsOf(to('dr'))
    const { header } = readCdaHeader(readCda(second?.cda ?? Buffer.alloc(0)))
    const found = await documents()
    expect(found.map(one => one.status)).toEqual(['superseded', 'current'])
    const [old, current] = found
    expect(current).toMatchObject({
      masterIdentifier: { system: SYSTEM.uri, value: header.uniqueId },
      authenticator: { reference: author.role },
      relatesTo: [{ code: 'replaces', target: { reference: `DocumentReference/${old?.id}` } }],
    })
    const url = current?.content.find(({ attachment }) => attachment.contentType === 'text/xml')?.attachment.url ?? ''
    const { data = '' } = await dac.read<Binary>(url)
    expect(Buffer.from(data, 'base64')).toEqual(second?.cda)
    await eventually('two Communications, both arrived', async () => {
      const { entry = [] } = await getJson<Bundle<Communication>>(`${sandbox.hapi}/Communication?subject=${patient}&recipient=${doctor}`)
      const told = entry.flatMap(({ resource }) => resource ?? []).filter(({ status }) => status === 'completed')
      const about = told.flatMap(one => one.payload ?? []).map(({ contentReference }) => contentReference?.reference)
      return told.length === 2 && found.every(({ id }) => about.includes(`DocumentReference/${id}`)) ? true : undefined
    })
  })

  it('sent back to our own door it is the same document: one card, unchanged; another document under its id is refused', async () => {
    const before = await documents()
    const [first, second] = await editionsOf(to('dr'))
    for (const [at, edition] of [first, second].entries()) {
      const cda = edition?.cda ?? Buffer.alloc(0)
      const { header } = readCdaHeader(readCda(cda))
      const type = `${header.code.code}^${header.code.display}^LN`
      const message = (controlId: string, document: Buffer) =>
        writeMessage({
          controlId,
          document,
          documentId: header.id.root,
          type,
          participations: [SB],
          flags: { DESTMSSANTEPS: 'N' },
          set: { 'PID-3': `${ins}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS`, 'PID-5': 'EXEMPLE^Claire^Claire Anne^^^^L' },
        })
      expect(await exchange(sandbox.mllp, message(`BACK-${run}-${at}`, cda))).toContain('MSA|AA|')
      await completeFlow(sandbox, operator, `BACK-${run}-${at}`)
      const other = Buffer.from(cda.toString('utf8').replace('</title>', ' bis</title>'))
      expect(await exchange(sandbox.mllp, message(`OTHER-${run}-${at}`, other))).toMatch(/MSA\|AE\|[\s\S]*\|207\^/)
    }
    expect(await documents()).toEqual(before)
    expect((await editionsOf(to('dr'))).length).toBe(2)
  })

  it('the level and the oppositions of the moment of sending count', async () => {
    await lanes('park', to('dr'))
    await change('Plan vu de moins près')
    await eventually('the third is planned', async () =>
      (await decisionsAbout(to('dr'))).filter(one => one.rule === 'circle.member').length >= 3 ? true : undefined,
    )
    const current = await dac.read<CareTeam>(`CareTeam/${team.id}`)
    const participant = (level: string) => (current.participant ?? []).map(one => (one.member?.reference === doctor ? atLevel(level, one) : one))
    expect((await dac.put({ ...current, participant: participant('minimal') })).status).toBe(200)
    await lanes('resume', to('dr'))
    expect((await mailsTo(to('dr'), 3))[2]).toBeUndefined()
    const lowered = await dac.read<CareTeam>(`CareTeam/${team.id}`)
    expect((await dac.put({ ...lowered, participant: participant('complet') })).status).toBe(200)
    await lanes('park', to('dr'))
    await change('Plan refusé')
    await eventually('the fourth is planned', async () => ((await decisionsAbout(to('dr'))).length >= 5 ? true : undefined))
    const opposition = await dac.create<Consent>(consent(patient, 'opposition', dac.structure))
    await lanes('resume', to('dr'))
    await eventually('it is stopped', async () => ((await decisionsAbout(to('dr'))).some(one => one.rule === 'consent.opposed') ? true : undefined))
    expect(await mailsOf(sandbox, to('dr'))).toHaveLength(3)
    const provision = { ...opposition.provision, period: { ...opposition.provision?.period, end: new Date().toISOString() } }
    const stored = await dac.read<Consent>(`Consent/${opposition.id}`)
    expect((await dac.put<Consent>({ ...stored, status: 'inactive', provision } as Consent)).status).toBe(200)
  })

  it('killed in the middle, the hub mails it once', { timeout: 240_000 }, async () => {
    await change('Plan écrit avant la panne')
    const hub = sandbox.pids['hub'] ?? 0
    process.kill(hub, 'SIGKILL')
    await eventually('another hub', async () => (readSandbox().pids['hub'] === hub ? undefined : true), 120_000)
    await eventually('it is ready', async () => ((await fetch(`${sandbox.http}/ready`)).ok ? true : undefined), 120_000)
    const mails = await eventually(
      'the mail',
      async () => {
        const found = await editionsOf(to('dr'))
        return found.some(one => one?.cda.toString('utf8').includes('avant la panne')) ? found : undefined
      },
      180_000,
    )
    await eventually('every decision is carried out', async () => ((await openDeliveries()) === 0 ? true : undefined), 120_000)
    const ids = (await mailsOf(sandbox, to('dr'))).map(raw => createHash('sha256').update(raw).digest('hex'))
    expect(new Set(ids).size).toBe(mails.length)
    expect((await editionsOf(to('dr'))).filter(one => one?.cda.toString('utf8').includes('avant la panne'))).toHaveLength(1)
  })

  it('a synthesis that a professional deposits goes the same way: a signed CDA with its PDF, each version once, the second with action C', async () => {
    const synthesis = (value: string, more: Partial<DocumentReference> = {}): DocumentReference => ({
      resourceType: 'DocumentReference',
      masterIdentifier: { system: SYSTEM.uri, value },
      identifier: [{ system: SYSTEM.uri, value }],
      status: 'current',
      type: { coding: [{ system: 'http://loinc.org', code: '60591-5' }] },
      subject: { reference: patient },
      date: '2026-06-05T08:00:00+02:00',
      author: [{ reference: author.role }],
      custodian: { reference: hospital.structure },
      content: [{ attachment: { contentType: 'text/plain', data: Buffer.from('Chutes répétées.\n\nVit seule.').toString('base64'), title: 'Synthèse' } }],
      context: { period: { start: '2026-06-05T08:00:00+02:00' } },
      ...more,
    })
    const sent = async (count: number): Promise<Edition[]> =>
      eventually(`${count} syntheses`, async () => {
        const found = (await editionsOf(to('dr'))).filter(one => one?.cda.includes('60591-5') === true) as Edition[]
        return found.length >= count ? found : undefined
      })
    const first = await hospital.create<DocumentReference>(synthesis(`urn:uuid:${crypto.randomUUID()}`))
    await sent(1)
    const relatesTo: DocumentReference['relatesTo'] = [{ code: 'replaces', target: { reference: `DocumentReference/${first.id}` } }]
    // The second card carries its author inside, as national cards do.
    const name = [{ family: 'FICTIVE', given: ['Alice'] }]
    const contained: DocumentReference['contained'] = [
      { resourceType: 'Practitioner', id: 'who', name, identifier: [{ system: SYSTEM.rpps, value: author.rpps }] } as Practitioner,
      { resourceType: 'PractitionerRole', id: 'role', practitioner: { reference: '#who' } } as PractitionerRole,
    ]
    await hospital.create<DocumentReference>(synthesis(`urn:uuid:${crypto.randomUUID()}`, { relatesTo, contained, author: [{ reference: '#role' }] }))
    const mails = await sent(2)
    expect(mails.map(({ action, replaces }) => [action, replaces])).toEqual([
      [undefined, false],
      ['C', true],
    ])
    const [before, after] = mails.map(({ cda }) => readCdaHeader(readCda(cda)).header)
    expect(after).toMatchObject({ replaces: { root: before?.id.root }, versionNumber: 2, setId: before?.setId })
    expect(after?.legalAuthenticator?.entity.ids[0]).toMatchObject({ extension: `8${author.rpps}` })
    const cards = await dac.search<DocumentReference>(`DocumentReference?patient=${patient}&type=60591-5`)
    expect(cards.map(({ status, authenticator }) => `${status} ${authenticator === undefined ? 'deposited' : 'signed'}`).sort()).toEqual([
      'current deposited',
      'current signed',
      'superseded deposited',
      'superseded signed',
    ])
    expect((await hospital.send('POST', 'DocumentReference', { body: synthesis(`urn:uuid:${crypto.randomUUID()}`, { relatesTo }) })).status).toBe(422)
    await expect(mailsTo(to('aide'), 2)).resolves.toBeDefined()
    expect((await editionsOf(to('aide'))).every(one => one === undefined)).toBe(true)
  })

  /** Mails about this person that are not settled yet. */
  async function openDeliveries(): Promise<number> {
    const { total = 0 } = await getJson<Bundle>(`${sandbox.hapi}/Communication?subject=${patient}&status=preparation,in-progress&_summary=count`)
    return total
  }
})
