/*
  The person himself, and his legal representative, with tokens of their own: they oppose and take it back, and nobody does it in their name.
*/
import type { Bundle, Consent, RelatedPerson } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { readSandbox } from '../support/sandbox.ts'
import { type Answered, type Caller, ownCallers, sharedCallers } from './callers.ts'
import { consentNamed, namedIn } from './consents.ts'
import { personIn, settingOf } from './setting.ts'

const AUTHOR = { coding: [{ system: SYSTEM.provenanceParticipant, code: 'author' }] }

const sandbox = readSandbox()
const setting = await settingOf(sandbox)
const person = await personIn(setting, { circle: 'active', consents: ['information'] })
const doctor = (await sharedCallers(sandbox, setting)).doc
const own = await ownCallers(sandbox, person)

/** What the doctor is answered at this moment. */
const asDoctor = async (): Promise<number> => (await doctor.ask('GET', person.wrote['CarePlan'] ?? '')).status

const opposition = (performer: string): Consent => ({
  ...consentNamed('deny:practice', namedIn(setting, person.patient)),
  performer: [{ reference: performer }],
})

const proven = (who: string, onBehalfOf?: string): Record<string, string> => ({
  'x-provenance': JSON.stringify({
    resourceType: 'Provenance',
    recorded: new Date().toISOString(),
    activity: { coding: [{ system: SYSTEM.v3DataOperation, code: 'CREATE' }] },
    agent: [{ type: AUTHOR, who: { reference: who }, ...(onBehalfOf === undefined ? {} : { onBehalfOf: { reference: onBehalfOf } }) }],
  }),
})

const record = (caller: Caller, { performer, agent = performer, onBehalfOf }: { performer: string; agent?: string; onBehalfOf?: string }): Promise<Answered> =>
  caller.ask('POST', 'Consent', { body: opposition(performer), headers: proven(agent, onBehalfOf) })

function withdraw(caller: Caller, { body }: Answered, agent: string): Promise<Answered> {
  const { provision, ...given } = body as unknown as Consent
  const ended = { ...given, status: 'inactive', provision: { ...provision, period: { ...provision?.period, end: new Date().toISOString() } } }
  return caller.ask('PUT', `Consent/${given.id}`, { body: ended, headers: { ...proven(agent), 'if-match': `W/"${given.meta?.versionId}"` } })
}

async function relative(identifier: string): Promise<string> {
  const { body } = await own.per.ask('GET', `RelatedPerson?patient=${person.patient}`)
  const all = (body as Bundle<RelatedPerson> | undefined)?.entry?.flatMap(({ resource }) => resource ?? []) ?? []
  const found = all.find(one => one.identifier?.some(({ value }) => value === identifier.split('|')[1]))
  return `RelatedPerson/${found?.id}`
}

describe('the person opposes', () => {
  it('and from the answer on who is named sees nothing, nor the opposition itself; withdrawn, he sees again', async () => {
    expect(await asDoctor()).toBe(200)
    const recorded = await record(own.per, { performer: person.patient })
    expect(recorded.status, recorded.text).toBe(201)
    expect(await asDoctor()).toBe(404)
    expect((await doctor.ask('GET', `Consent/${recorded.body?.id}`)).status).toBe(404)
    expect((await own.per.ask('GET', `Consent/${recorded.body?.id}`)).status).toBe(200)
    const withdrawn = await withdraw(own.per, recorded, person.patient)
    expect(withdrawn.status, withdrawn.text).toBe(200)
    expect(await asDoctor()).toBe(200)
  })

  it('through the legal representative, who takes it back himself', async () => {
    const guardian = await relative(person.relatives.gua)
    const recorded = await record(own.gua, { performer: guardian })
    expect(recorded.status, recorded.text).toBe(201)
    expect(await asDoctor()).toBe(404)
    const withdrawn = await withdraw(own.gua, recorded, guardian)
    expect(withdrawn.status, withdrawn.text).toBe(200)
    expect(await asDoctor()).toBe(200)
  })

  it('a relative who is no representative does not, neither in his own name nor in the person’s', async () => {
    const carer = await relative(person.relatives.car)
    for (const performer of [carer, person.patient]) {
      const refused = await record(own.car, { performer, agent: carer })
      expect(refused.status, refused.text).toBe(422)
      expect(refused.text).toContain('rule consent.performer,')
    }
    expect(await asDoctor()).toBe(200)
  })

  it('in his own name: an agent who is another, or who acts for a structure, is refused', async () => {
    const guardian = await relative(person.relatives.gua)
    const others = [
      { performer: guardian },
      { performer: person.patient, agent: setting.dac.structure },
      { performer: person.patient, onBehalfOf: setting.dac.structure },
    ]
    for (const other of others) {
      const refused = await record(own.per, other)
      expect(refused.status, JSON.stringify(other)).toBe(422)
      expect(refused.text).toMatch(/rule (consent\.performer|provenance\.agent),/)
    }
    expect(await asDoctor()).toBe(200)
  })
})
