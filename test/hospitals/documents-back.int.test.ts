import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundle, CarePlan, DocumentReference, Organization } from 'fhir/r4.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { planOf, visit } from '../support/care.ts'
import { letterOf, newDocumentId } from '../support/letters.ts'
import { professionalOf } from '../support/members.ts'
import { qualifiedPatient, INS_TEST, matricule, ownPersons } from '../support/persons.ts'
import { eventually, exchange, getJson, readSandbox, hospitalReceived } from '../support/sandbox.ts'
import { circle, consent } from '../support/support-requests.ts'
import { Vendor } from '../support/vendor.ts'
import { pairOf, versionOf } from '../support/versions.ts'

// A hospital of the circle wants documents back: a letter of another one reaches it as MDM, once; a letter about somebody else does not.

const dataDir = process.env['HUB_DATA_DIR'] ?? '.hub'
const file = join(dataDir, 'hub.json')

interface Config {
  partners: { id: string; finess?: string; acks?: { host: string; port: number }; documents?: { host: string; port: number } }[]
}

const sandbox = readSandbox()
const dac = await Vendor.of(sandbox, 'dac')

describe('a hospital that wants documents back', () => {
  const run = Date.now().toString(36)
  const person = ownPersons()
  const before = readFileSync(file, 'utf8')

  beforeAll(() => {
    const config = JSON.parse(before) as Config
    for (const partner of config.partners) if (partner.id === 'DPI-2' && partner.acks !== undefined) partner.documents = partner.acks
    writeFileSync(file, JSON.stringify(config, null, 2))
    process.kill(sandbox.pids['hub'] ?? 0, 'SIGHUP')
  })
  afterAll(() => {
    writeFileSync(file, before)
    process.kill(sandbox.pids['hub'] ?? 0, 'SIGHUP')
  })

  it('gets those about the persons it cares for', async () => {
    const ins = matricule(person)
    const patient = `Patient/${(await dac.create(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`)).id}`
    await dac.create(consent(patient, 'information', dac.structure))
    const hospital = await getJson<Bundle<Organization>>(`${sandbox.hapi}/Organization?identifier=${encodeURIComponent(`${SYSTEM.finess}|350990016`)}`)
    const structure = `Organization/${hospital.entry?.[0]?.resource?.id}`
    await dac.create(circle(patient, dac.structure, [{ member: dac.structure }, { member: structure }]))
    const send = async (of: number): Promise<string> => {
      const letter = letterOf({ controlId: `BACK-${of}-${run}`, person: of, to: [`retour.${of}.${run}@test.mssante.fr`] })
      expect(await exchange(sandbox.mllp, letter.bytes)).toContain('MSA|AA|')
      return letter.documentId
    }
    const other = await send(person + 1)
    const own = await send(person)
    const received = (documentId: string) => hospitalReceived(sandbox, `|${documentId}|`)
    const [message = ''] = await eventually('the document', async () => ((await received(own)).length > 0 ? received(own) : undefined))
    expect(message).toMatch(/^MSH\|[^\r]*\|DPI-2\|CH-2\|[^\r]*\|MDM\^T02\^MDM_T02\|[^\r]*\|1\.1\^CISIS_CDA_HL7_LPS/)
    expect(await received(own)).toHaveLength(1)
    expect(await received(other)).toEqual([])

    // Replaced, then withdrawn: the same hospital is told each, once, in the words of the profile.
    const version = { person, documentId: own, to: [`retour.${person}.${run}@test.mssante.fr`], at: new Date() }
    const second = newDocumentId()
    const replacement = versionOf({ ...version, act: 'replace', controlId: `BACK-2-${run}`, documentId: second, version: 2, replaces: own })
    expect(await exchange(sandbox.mllp, replacement.bytes)).toContain('MSA|AA|')
    const replaced = await eventually('the replacement', async () => (await received(second)).find(one => one.includes('MDM^T10^')))
    expect(replaced).toMatch(new RegExp(`\\rORC\\|RO[\\s\\S]*\\rTXA\\|[^\\r]*\\|${second}\\|${own}\\|[\\s\\S]*\\|C(\\||\\r)`))
    const withdrawal = versionOf({ ...version, act: 'delete', controlId: `BACK-3-${run}`, documentId: second, version: 2, replaces: own })
    expect(await exchange(sandbox.mllp, withdrawal.bytes)).toContain('MSA|AA|')
    const withdrawn = await eventually('the withdrawal', async () => (await received(second)).find(one => one.includes('MDM^T04^')))
    expect(withdrawn).toMatch(/\rORC\|CA/)
    expect(await received(second)).toHaveLength(2)
  })

  it('gets each format of a document that a message brings in two, one in each message, and hears that both are taken back', async () => {
    const ins = matricule(person + 4)
    const patient = `Patient/${(await dac.create(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`)).id}`
    await dac.create(consent(patient, 'information', dac.structure))
    const structure = (await Vendor.of(sandbox, 'hospital-2')).structure
    await dac.create(circle(patient, dac.structure, [{ member: dac.structure }, { member: structure }]))
    const [n3, n1] = [newDocumentId(), newDocumentId()]
    const pair = (act: 'create' | 'delete'): Uint8Array => {
      const said = { act, person: person + 4, at: new Date('2026-06-05T06:00:00Z'), version: 1, to: [`retour.paire.${run}@test.mssante.fr`] }
      return pairOf({ ...said, controlId: `BACK-${act}-${run}`, documentId: n3 }, { ...said, documentId: n1 })
    }
    const received = (documentId: string) => hospitalReceived(sandbox, `|${documentId}|`)
    for (const [act, trigger, times] of [
      ['create', 'T02', 1],
      ['delete', 'T04', 2],
    ] as const) {
      expect(await exchange(sandbox.mllp, pair(act))).toContain('MSA|AA|')
      for (const [documentId, isStructured] of [
        [n3, true],
        [n1, false],
      ] as const) {
        const told = await eventually(`${trigger} of a format`, async () => ((await received(documentId)).length >= times ? received(documentId) : undefined))
        expect(told).toHaveLength(times)
        expect(told.at(-1)).toContain(`|MDM^${trigger}^`)
        const cda = Buffer.from(/\|\^text\^XML\^Base64\^([^|]+)\|/.exec(told.at(-1) ?? '')?.[1] ?? '', 'base64').toString('utf8')
        expect(cda).toContain(documentId)
        expect(cda.includes('<structuredBody')).toBe(isStructured)
      }
    }
  })

  it('gets a CDA that another deposits through the FHIR door, and hears that it is taken back', async () => {
    const ins = matricule(person + 3)
    const author = await Vendor.of(sandbox, 'hospital')
    const patient = `Patient/${(await dac.create(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`)).id}`
    await author.create(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`)
    await dac.create(consent(patient, 'information', dac.structure))
    const members = [author.structure, (await Vendor.of(sandbox, 'hospital-2')).structure]
    await dac.create(
      circle(
        patient,
        dac.structure,
        members.map(member => ({ member })),
      ),
    )
    const documentId = newDocumentId()
    const cda = letterOf({ controlId: '', documentId }).cda.replaceAll(letterOf({ controlId: '' }).ins, ins)
    const card = await author.create<DocumentReference>({
      resourceType: 'DocumentReference',
      meta: { profile: ['https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-simplified-publish'] },
      masterIdentifier: { system: SYSTEM.uri, value: `urn:oid:${documentId}` },
      status: 'current',
      type: { coding: [{ system: 'http://loinc.org', code: '11490-0' }] },
      subject: { reference: patient },
      date: '2026-06-05T08:00:00+02:00',
      author: [{ reference: author.structure }],
      custodian: { reference: author.structure },
      content: [{ attachment: { title: 'Lettre', contentType: 'text/xml', data: Buffer.from(cda).toString('base64') } }],
      context: { period: { start: '2026-06-05T08:00:00+02:00' } },
    })
    const told = async (trigger: string): Promise<string[]> =>
      (await hospitalReceived(sandbox, `|${documentId}|`)).filter(message => message.includes(`MDM^${trigger}^`))
    await eventually('the document', async () => ((await told('T02')).length > 0 ? true : undefined))
    expect((await author.patch(`DocumentReference/${card.id}`, [{ op: 'replace', path: '/status', value: 'entered-in-error' }])).status).toBe(200)
    const [withdrawn = ''] = await eventually('the withdrawal', async () => ((await told('T04')).length > 0 ? told('T04') : undefined))
    expect(withdrawn).toMatch(/\rORC\|CA[\s\S]*\|D(\||\r)/)
    expect(withdrawn).toContain(Buffer.from(cda).toString('base64'))
    expect([await told('T02'), await told('T04')].map(({ length }) => length)).toEqual([1, 1])
  })

  it('gets each version of a signed plan of a person it cares for', async () => {
    const ins = matricule(person + 2)
    const patient = `Patient/${(await dac.create(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`)).id}`
    await dac.create(consent(patient, 'information', dac.structure))
    const hospital = await getJson<Bundle<Organization>>(`${sandbox.hapi}/Organization?identifier=${encodeURIComponent(`${SYSTEM.finess}|350990016`)}`)
    const structure = `Organization/${hospital.entry?.[0]?.resource?.id}`
    const author = await professionalOf(dac)
    const team = await dac.create(
      circle(
        patient,
        dac.structure,
        [dac.structure, author.role, structure].map(member => ({ member })),
      ),
    )
    const plan = await dac.create<CarePlan>(
      planOf(patient, { author: { reference: author.role }, careTeam: [{ reference: `CareTeam/${team.id}` }], activity: [visit('mon', author.role)] }),
    )
    const plans = async (trigger: string): Promise<string[]> =>
      (await hospitalReceived(sandbox, `|${ins}^`)).filter(message => message.includes(`MDM^${trigger}^`) && message.includes('18776-5'))
    const [first = ''] = await eventually('the plan', async () => ((await plans('T02')).length > 0 ? plans('T02') : undefined))
    const id = /\rTXA\|1\|[^|]*\|TEXT\|{9}([^|]+)\|/.exec(first)?.[1]
    expect(first).toContain(`|8${author.rpps}^`)
    expect((await dac.put({ ...plan, title: 'Plan revu' })).status).toBe(200)
    const [next = ''] = await eventually('its next version', async () => ((await plans('T10')).length > 0 ? plans('T10') : undefined))
    expect(next).toMatch(new RegExp(`\\rTXA\\|[^\\r]*\\|${id}\\|`))
    expect([await plans('T02'), await plans('T10')].map(({ length }) => length)).toEqual([1, 1])
  })
})
