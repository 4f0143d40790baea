import type { CareTeam, CareTeamParticipant, Communication, Bundle, ContactPoint, Organization, RelatedPerson } from 'fhir/r4.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXTENSION, SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { letterOf } from '../support/letters.ts'
import { professionalOf } from '../support/members.ts'
import { INS_TEST, matricule, ownPersons, qualifiedPatient } from '../support/persons.ts'
import { completeFlow, eventually, exchange, getJson, mailsOf, readSandbox, token } from '../support/sandbox.ts'
import { circle, consent } from '../support/support-requests.ts'
import { Vendor } from '../support/vendor.ts'

// A document comes for a person with a circle; the monitor is asked of each recipient why he did not receive it, for every cause of design 7.

interface Why {
  received: boolean
  code: string | null
  level: string
  rule: string
  next: string
}

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')

describe('why somebody did not receive a document', () => {
  let dac: Vendor
  let gp: Vendor
  let cpts: Vendor
  let social: Vendor
  let patient: string
  let document: string
  const turn = Date.now().toString(36)
  const today = (): string => new Date().toISOString().slice(0, 10)
  const began = today()
  const seed = ownPersons()
  const mailbox = (name: string): string => `${name}.${turn}@test.mssante.fr`
  const members: Record<string, string> = {}

  const why = (recipient: string, of = document): Promise<Why> =>
    getJson<Why>(`${sandbox.http}/monitor/api/why?${new URLSearchParams({ recipient, document: `urn:oid:${of}` })}`, operator)
  const control = async (base: string, down: boolean): Promise<void> => {
    expect((await fetch(`${base}/control`, { method: 'POST', body: JSON.stringify({ down }) })).status).toBe(200)
  }
  const telecom = (name: string, more: object = {}, isOnRedList = false) => ({
    system: 'email' as const,
    value: mailbox(name),
    extension: [
      { url: EXTENSION.emailType, valueCoding: { system: tre('R256-TypeMessagerie'), code: 'MSSANTE' } },
      {
        url: EXTENSION.mailboxMetadata,
        extension: [
          { url: 'type', valueCodeableConcept: { coding: [{ system: tre('R257-TypeBAL'), code: 'PER' }] } },
          ...(isOnRedList ? [{ url: 'listeRouge', valueBoolean: true }] : []),
        ],
      },
    ],
    ...more,
  })

  interface Listing {
    active?: boolean
    telecom: object[]
  }

  /** A professional; what the national directory says of him, if it knows him. */
  async function professional(name: string, { stored, listed }: { stored?: ContactPoint | undefined; listed?: Listing } = {}): Promise<string> {
    const { role, rpps: value } = await professionalOf(gp, { address: stored })
    if (listed !== undefined) {
      const identifier = [{ type: { coding: [{ system: SYSTEM.fr0203, code: 'RPPS' }] }, system: SYSTEM.rpps, value }]
      const body = JSON.stringify([{ resourceType: 'Practitioner', id: value, identifier, ...listed }])
      expect((await fetch(`${sandbox.directory}/entries`, { method: 'PUT', body })).status).toBe(200)
    }
    members[name] = role
    return role
  }

  /** By mail, or no longer: the structure of dac. */
  async function reached(contacts: ContactPoint[]): Promise<void> {
    const { telecom: _former, ...rest } = await dac.read<Organization>(dac.structure)
    expect((await dac.put({ ...rest, ...(contacts.length === 0 ? {} : { telecom: contacts }) })).status).toBe(200)
  }

  const send = async (name: string, letter: Partial<Parameters<typeof letterOf>[0]> = {}) => {
    const controlId = `WC-${turn}-${name}`
    const sent = letterOf({ controlId, person: seed, to: [mailbox('nomme')], flags: { DESTMSSANTEPS: 'Y' }, ...letter })
    expect(await exchange(sandbox.mllp, sent.bytes)).toMatch(/MSA\|AA/)
    return { ...sent, controlId }
  }

  beforeAll(async () => {
    ;[dac, gp, cpts, social] = [
      await Vendor.of(sandbox, 'dac'),
      await Vendor.of(sandbox, 'gp-portal'),
      await Vendor.of(sandbox, 'cpts'),
      await Vendor.of(sandbox, 'social'),
    ]
    const first = await send('first')
    await completeFlow(sandbox, operator, first.controlId)
    patient = `Patient/${(await dac.create(qualifiedPatient(first.ins), `identifier=${INS_TEST}|${first.ins}`)).id}`
    await dac.create(consent(patient, 'information', dac.structure))
    await professional('dr', { stored: telecom('dr') })
    await professional('annuaire', { listed: { telecom: [telecom('annuaire')] } })
    await professional('inconnu')
    await professional('retraite', { listed: { active: false, telecom: [telecom('retraite')] } })
    await professional('ferme', { listed: { telecom: [telecom('ferme', { period: { end: '2020-01-01' } })] } })
    await professional('rouge', { listed: { telecom: [telecom('rouge', {}, true)] } })
    const ins = matricule(seed + 7)
    const relative: RelatedPerson = {
      resourceType: 'RelatedPerson',
      patient: { reference: patient },
      identifier: [{ use: 'official', type: { coding: [{ system: SYSTEM.fr0203, code: 'INS-NIR-TEST' }] }, system: INS_TEST, value: ins }],
      relationship: [{ coding: [{ system: tre('R260-HL7RoleClass'), code: 'CAREGIVER' }] }],
      name: [{ family: 'PROCHE', given: ['Anne'] }],
      telecom: [{ system: 'phone', value: '0600000000' }],
    }
    members['proche'] = `RelatedPerson/${(await dac.create(relative, `identifier=${INS_TEST}|${ins}`)).id}`
    members['citizen'] = `${ins}@patient.mssante.fr`
    const refusal = consent(patient, 'opposition', dac.structure)
    await dac.create({ ...refusal, provision: { ...refusal.provision, actor: [{ role: IRCP, reference: { reference: social.structure } }] } })
    // A structure that has software which follows nothing, and a mailbox.
    members['service'] = dac.structure
    await reached([telecom('service')])
    const persons = Object.values(members).filter(one => one.includes('/') && one !== dac.structure)
    await dac.create<CareTeam>(
      circle(
        patient,
        dac.structure,
        [dac.structure, cpts.structure, social.structure, ...persons].map(member => ({ member })),
      ),
    )
    const sent = await send('second')
    document = sent.documentId
    await completeFlow(sandbox, operator, sent.controlId)
  })
  afterAll(async () => {
    await Promise.all([control(sandbox.directory, false), control(sandbox.platform, false)])
    await reached([])
  })

  it.each([
    ['dr', 'his own mailbox in the store'],
    ['annuaire', 'a mailbox that the national directory names'],
    ['service', 'the mailbox of the structure'],
    ['dac', 'the mailbox of its structure, asked about by the name of its software'],
  ])('%s has received the document itself, by %s: no code is left', async name => {
    const answer = await eventually(`the mail of ${name}`, async () => {
      const found = await why(members[name] ?? name)
      return found.received ? found : undefined
    })
    expect(answer).toMatchObject({ code: null, level: 'complet', rule: 'circle.member' })
    const [mail] = await mailsOf(sandbox, mailbox(name === 'dac' ? 'service' : name))
    expect(String(mail)).toMatch(/IHE_XDM\.zip/i)
  })

  it('a relative with an INS of his own is told at his citizen address, at his level, without the document', async () => {
    await eventually('his notice', async () => ((await why(members['proche'] ?? '')).received ? true : undefined))
    const mails = await mailsOf(sandbox, members['citizen'] ?? '')
    expect(mails.map(String).join('')).toMatch(/Un changement est intervenu/)
    expect(mails.map(String).join('')).not.toMatch(/IHE_XDM/i)
  })

  it.each([
    ['inconnu', 'mailbox.none'],
    ['rouge', 'mailbox.none'],
    ['retraite', 'mailbox.closed'],
    ['ferme', 'mailbox.closed'],
  ])('%s: %s, with the day the directory answered', async (name, code) => {
    const answer = await why(members[name] ?? '')
    expect([answer.received, answer.code, answer.level]).toEqual([false, code, 'aucun'])
    expect([began, today()]).toContain(/The national directory answered on ([\d-]+)\./.exec(answer.next)?.[1])
    expect(await mailsOf(sandbox, mailbox(name))).toEqual([])
  })

  it('software without a subscription, an opposition, nobody of the circle, an expired certificate, the national record', async () => {
    const codes = [cpts.structure, social.structure, 'dac-2', 'gp-portal-expired', 'dmp'].map(async recipient => (await why(recipient)).code)
    expect(await Promise.all(codes)).toEqual(['subscription.none', 'consent.opposed', 'circle.not-member', 'certificate.expired', 'dmp.not-connected'])
  })

  it('a document that is hidden from professionals', async () => {
    const { documentId, controlId } = await send('masque', { flags: { MASQUE_PS: 'Y' } })
    await completeFlow(sandbox, operator, controlId)
    expect(await why(members['dr'] ?? '', documentId)).toMatchObject({ received: false, code: 'flag.masked', level: 'aucun' })
  })

  it('a partner that is down, until it is back', async () => {
    await control(sandbox.platform, true)
    const { documentId } = await send('panne')
    await eventually('it waits for the platform', async () => ((await why('platform', documentId)).code === 'partner.down' ? true : undefined))
    await control(sandbox.platform, false)
    await eventually('the platform has it', async () => ((await why('platform', documentId)).received ? true : undefined), 60_000)
  })

  it('while the directory is away a member whom only it can reach waits, and has the document once it is back', async () => {
    const late = await professional('tard', { listed: { telecom: [telecom('tard')] } })
    const teams = await getJson<Bundle<CareTeam>>(`${sandbox.hapi}/CareTeam?subject=${patient}&status=active`)
    const team = await dac.read<CareTeam>(`CareTeam/${teams.entry?.[0]?.resource?.id}`)
    const joined = { ...circle(patient, dac.structure, [{ member: late }]).participant?.[0], member: { reference: late } } as CareTeamParticipant
    expect((await dac.put<CareTeam>({ ...team, participant: [...(team.participant ?? []), joined] } as CareTeam)).status).toBe(200)
    await control(sandbox.directory, true)
    const { documentId } = await send('annuaire')
    await eventually('he waits', async () => ((await why(late, documentId)).code === 'partner.down' ? true : undefined))
    // Whom the directory named before is reached by what it said then.
    await eventually('the kept answer is used', async () => ((await why(members['annuaire'] ?? '', documentId)).received ? true : undefined))
    await control(sandbox.directory, false)
    await eventually('he has it', async () => ((await why(late, documentId)).received ? true : undefined), 60_000)
    expect(await mailsOf(sandbox, mailbox('tard'))).toHaveLength(1)
    const { items } = await getJson<{ items: { recipient: string; mailbox?: object }[] }>(
      `${sandbox.http}/monitor/api/decisions?${new URLSearchParams({ recipient: late, document: `urn:oid:${documentId}` })}`,
      operator,
    )
    expect(items).toContainEqual(
      expect.objectContaining({ recipient: mailbox('tard'), mailbox: expect.objectContaining({ directory: { askedAt: expect.any(String), isLate: false } }) }),
    )
  })

  it('each mail to a member leaves its Communication, completed when it arrived', async () => {
    const found = await getJson<Bundle<Communication>>(`${sandbox.hapi}/Communication?recipient=${members['dr']}&subject=${patient}`)
    expect(found.entry?.map(({ resource }) => resource?.status)).toContain('completed')
  })
})

const IRCP = { coding: [{ system: SYSTEM.v3ParticipationType, code: 'IRCP' }] }
