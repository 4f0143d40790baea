import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HubConfig } from '../../../gateway/config.ts'
import type { Incident } from '../../../gateway/ledger/watch/incidents.ts'
import { SERVICE_SECONDS, type ServiceCount } from '../../../gateway/ledger/figures/service-hours.ts'
import { jsonOf, subjectOf, type Told, textOf } from '../../../gateway/monitor/incidents/words.ts'
import { measure } from '../../../gateway/monitor/partners/levels.ts'
import { registerOf, territoryOfPartner } from '../../../gateway/monitor/partners/register.ts'
import { partner } from '../../../gateway/partner-config.ts'

const promised = { to: 'mssante', share: 0.99, seconds: 60, windowHours: 24, atLeast: 20 } as const

function counted(flows: number, inTime: number, changes: Partial<ServiceCount> = {}): ServiceCount {
  const within = SERVICE_SECONDS.map(seconds => (seconds >= 60 ? inTime : 0))
  return { sender: 'ch-1', channel: 'mssante', recipient: '@medecin.mssante.fr', territory: '54395', flows, within, failed: 0, ...changes }
}

describe('a service level', () => {
  it.each([
    { flows: 1000, inTime: 990, state: 'kept' },
    { flows: 1000, inTime: 989, state: 'missed' },
    { flows: 19, inTime: 0, state: 'unproven' },
    { flows: 0, inTime: 0, state: 'unproven' },
  ])('99 % under 60 s, of $flows flows $inTime in time: $state', ({ flows, inTime, state }) => {
    expect(measure(promised, [counted(flows, inTime)])).toMatchObject({ flows, inTime, state, reached: flows === 0 ? null : inTime / flows })
  })

  it('counts the flows to its channel alone, or to the mailboxes of its domain alone', () => {
    const counts = [counted(10, 10), counted(20, 5, { recipient: '@hopital.mssante.fr' }), counted(40, 40, { channel: 'platform', recipient: 'region' })]
    expect(measure(promised, counts)).toMatchObject({ flows: 30, inTime: 15 })
    expect(measure({ ...promised, to: '@hopital.mssante.fr' }, counts)).toMatchObject({ flows: 20, inTime: 5 })
    expect(measure({ ...promised, to: 'platform' }, counts)).toMatchObject({ flows: 40, inTime: 40 })
  })

  it('is never kept by more late flows', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), fc.nat(200), (inTime, late, more) => {
        const before = measure(promised, [counted(inTime + late, inTime)])
        const after = measure(promised, [counted(inTime + late + more, inTime)])
        if (before.state === 'missed') expect(after.state).toBe('missed')
      }),
    )
  })

  it('is the one of all where a partner says nothing, and only of times that are counted', () => {
    const plain = { id: 'ch-1', kind: 'hospital' }
    expect(partner.parse(plain)).toMatchObject({ serviceLevels: [promised], silence: 'learned' })
    expect(partner.safeParse({ ...plain, serviceLevels: [{ to: 'mssante', seconds: 61 }] }).success).toBe(false)
    expect(partner.safeParse({ ...plain, serviceLevels: [{ to: 'dr.durand@medecin.mssante.fr' }] }).success).toBe(false)
  })
})

const config = {
  partners: [
    { id: 'ch-1', kind: 'hospital', finess: '540990017', territory: '54395', mshApplication: 'DPI', topic: 'hub.partner.ch-1' },
    { id: 'region', kind: 'platform', territory: '54395' },
  ],
  clients: [
    { clientId: 'ch-1', name: 'CH (client)', kind: 'hospital', structure: '540990017' },
    { clientId: 'dac', name: 'DAC', kind: 'dac', structure: '540990025' },
    { clientId: 'ops', name: 'Exploitation', kind: 'operator' },
  ],
  organizations: [
    { finess: '540990017', name: 'CH des Trois Vallées', territoire: [] },
    { finess: '540990025', name: 'DAC du Grand Méandre', territoire: ['54395', '54547'] },
  ],
  connectors: { platform: { partner: 'region', topic: 'hub.partner.region' }, mssante: { address: 'hub@operateur.test' } },
} as unknown as HubConfig

describe('whom the hub deals with', () => {
  const entries = registerOf(config, [{ sender: 'APP/CH-9', lastSeen: new Date(), territory: '35238' }])
  const of = (id: string) => entries.find(one => one.id === id)

  it('a structure and its software of the same id are one partner, named as the structure', () => {
    expect(of('ch-1')).toMatchObject({ name: 'CH des Trois Vallées', clientId: 'ch-1', sends: true })
    expect(of('ch-1')?.takes).toEqual([
      { channel: 'hospital', recipients: ['ch-1'] },
      { channel: 'subscription', recipients: ['hub.partner.ch-1'] },
      { channel: 'subscription', recipients: ['CH (client)'] },
    ])
  })

  it('a sender that was only seen is one too; whoever looks at the monitor is none', () => {
    expect(of('APP/CH-9')).toMatchObject({ kind: 'hospital', territory: '35238', sends: true })
    expect(of('ops')).toBeUndefined()
    expect(of('region')?.takes).toEqual([{ channel: 'platform', recipients: ['region', 'hub.partner.region'] }])
  })

  it('software has the territory of its structure', () => {
    expect([territoryOfPartner(config, 'dac'), territoryOfPartner(config, 'ops'), territoryOfPartner(config, 'nobody')]).toEqual([
      '54395',
      undefined,
      undefined,
    ])
  })
})

describe('what is said of an incident', () => {
  const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 2, 9, minute))
  const incident: Incident = {
    id: '0195-1',
    kind: 'lane.parked',
    subject: 'ch-1',
    code: 'mapping.impossible',
    territory: '54395',
    state: 'closed',
    count: 3,
    since: at(0),
    openedAt: at(5),
    clearedAt: at(20),
    closedAt: at(21),
  }
  const told = { incident, name: 'CH des Trois Vallées', url: 'https://hub.test/monitor/partners?incident=0195-1' }

  it('a mail is one line and a few facts, in French with the hours of Paris, or in English', () => {
    expect(subjectOf({ ...told, moment: 'start' }, 'fr')).toBe('[e-parcours] Incident : des files sont arrêtées (CH des Trois Vallées)')
    const text = textOf({ ...told, moment: 'end' }, { language: 'fr', timeZone: 'Europe/Paris' })
    expect(text).toContain('Fin d’incident : des files sont arrêtées.')
    expect(text).toContain('Depuis : 2 mars 2026')
    expect(text).toContain('10:00:00')
    expect(text).toContain('Nombre : 3')
    expect(textOf({ ...told, moment: 'start' }, { language: 'en', timeZone: 'UTC' })).toContain('What to do : gateway/monitor/OPERATING.md#lane.parked')
  })

  it('a part of the hub is called by its name in either language', () => {
    const away: Told = { ...told, name: 'store', incident: { ...incident, kind: 'part.not-ready', subject: 'store', code: '' }, moment: 'start' }
    expect(subjectOf(away, 'fr')).toBe('[e-parcours] Incident : un composant du hub n’est pas prêt (dépôt FHIR (HAPI))')
    expect(textOf(away, { language: 'en', timeZone: 'UTC' })).toContain('About : FHIR store (HAPI) (store)')
  })

  it('what is said of the beginning is the same however late it is said', () => {
    const young: Incident = { ...incident, state: 'open', count: 1, clearedAt: null, closedAt: null }
    const say = (one: Incident): string[] => [
      jsonOf({ ...told, incident: one, moment: 'start' }),
      textOf({ ...told, incident: one, moment: 'start' }, { language: 'fr', timeZone: 'UTC' }),
    ]
    expect(say(incident)).toEqual(say(young))
    expect(JSON.parse(jsonOf({ ...told, moment: 'end' }))).toMatchObject({ type: 'incident.end', incident: { state: 'closed', count: 3 } })
  })
})
