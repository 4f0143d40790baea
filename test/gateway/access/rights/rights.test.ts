import fc from 'fast-check'
import type { CareTeam, Consent, FhirResource, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { accessRowsOf } from '../../../../gateway/access/rights/access-rows.ts'
import { decide } from '../../../../gateway/access/rights/decide.ts'
import type { Party } from '../../../../gateway/access/rights/party.ts'
import { type Asked, factsOf, type Thing } from '../../../../gateway/access/rights/rights.ts'
import type { PersonRights } from '../../../../gateway/ledger/rights/access.ts'
import { EXTENSION, SYSTEM } from '../../../../profiles/canonicals.ts'
import type { Level } from '../../../../profiles/tables/decisions.ts'

const NOW = new Date('2026-06-20T12:00:00Z')
const P = 'Patient/11111111-1111-4111-8111-111111111111'
const nurse: Party = {
  name: 'ide',
  kind: 'professional',
  references: ['PractitionerRole/ide-1', 'Practitioner/ide'],
  structures: ['Organization/cab', 'Organization/above'],
  sector: 'health',
}
const social: Party = { name: 'as', kind: 'professional', references: ['PractitionerRole/as-1'], structures: ['Organization/saad'], sector: 'social' }
const dac: Party = { name: 'dac', kind: 'structure', references: [], structures: ['Organization/dac-54'], sector: 'health', type: '606' }
const person: Party = { name: 'portal', kind: 'person', references: [P], structures: [], sector: 'citizen' }
const guard: Party = { name: 'portal', kind: 'relative', references: ['RelatedPerson/mother'], structures: [], sector: 'citizen' }

const rightsOf = (...resources: unknown[]): PersonRights => ({
  patient: P,
  rows: resources.flatMap(one => accessRowsOf(one as FhirResource)),
  isSetApart: false,
})

const circle = (members: [member: string, extra?: object][], extra: Partial<CareTeam> = {}): CareTeam => ({
  resourceType: 'CareTeam',
  id: 'ct',
  status: 'active',
  subject: { reference: P },
  participant: members.map(([reference, more]) => ({ member: { reference }, period: { start: '2026-05-10' }, ...more })),
  ...extra,
})
const consent = (nature: string, extra: Partial<Consent['provision']> = {}, status: Consent['status'] = 'active'): Consent => ({
  resourceType: 'Consent',
  id: `${nature}-${JSON.stringify(extra).length}`,
  status,
  scope: {},
  category: [{ coding: [{ system: SYSTEM.hub, code: nature }] }],
  patient: { reference: P },
  organization: [{ reference: 'Organization/dac-54' }],
  provision: { type: nature === 'opposition' ? 'deny' : 'permit', period: { start: '2026-06-01' }, purpose: [{ code: 'TREAT' }], ...extra },
})
const actor = (reference: string) => ({ actor: [{ role: {}, reference: { reference } }] })
const thing = (extra: Partial<Thing> = {}): Thing => ({ type: 'CarePlan', reference: 'CarePlan/1', authors: [], ...extra })
const ask = (party: Party, rights: PersonRights, what: Partial<Thing> = {}, asked: Partial<Asked> = {}) => {
  const { level, rule } = decide(factsOf({ party, person: rights, thing: thing(what), asked: { purpose: 'TREAT', at: NOW, ...asked } }))
  return `${level} ${rule}`
}

const informed = consent('information')
const member = circle([['PractitionerRole/ide-1']])
const against = consent('opposition', actor('Organization/cab'))
const narrow = consent('opposition', { ...actor('Organization/cab'), code: [{ coding: [{ code: '11490-0' }] }] })
const withdrawn = {
  ...consent('information', { period: { start: '2026-06-01', end: '2099-01-01' } }, 'inactive'),
  meta: { lastUpdated: '2026-06-19T10:00:00Z' },
}
const level = (valueCode: string) => ({ extension: [{ url: EXTENSION.accessLevel, valueCode }] })
const OF_CARD = { type: 'DocumentReference', reference: 'DocumentReference/looked-at' }
const card = (id: string) => ({ resourceType: 'DocumentReference', id, subject: { reference: P }, securityLabel: [{ coding: [{ code: 'MASQUE_PS' }] }] })
const PCP = { role: [{ coding: [{ code: 'PCP' }] }] }
const AGENT = { role: [{ coding: [{ code: 'AGNT' }] }] }
const mother = (extra: object = {}) => ({
  resourceType: 'RelatedPerson',
  id: 'mother',
  patient: { reference: P },
  relationship: [{ coding: [{ code: 'GUARD' }] }],
  ...extra,
})
const COORDINATOR = { role: [{ coding: [{ code: '330' }] }] }

describe('who may see what', () => {
  it.each<[string, string, Party, unknown[], Partial<Thing>?, Partial<Asked>?]>([
    ['a member of the circle of an informed person', 'complet circle.member', nurse, [member, informed]],
    ['the agreement to be accompanied informs too', 'complet circle.member', nurse, [member, consent('accord')]],
    ['a member, the person not informed', 'aucun circle.not-informed', nurse, [member]],
    ['what his own structure wrote he sees all the same', 'complet author.wrote', nurse, [member], { authors: ['Organization/cab'] }],
    ['nobody of the circle', 'aucun circle.not-member', nurse, [informed]],
    ['a proposed circle opens nothing', 'aucun circle.not-member', nurse, [circle([['PractitionerRole/ide-1']], { status: 'proposed' }), informed]],
    ['a suspended one neither', 'aucun circle.not-member', nurse, [circle([['PractitionerRole/ide-1']], { status: 'suspended' }), informed]],
    [
      'who has left',
      'aucun circle.not-member',
      nurse,
      [circle([['PractitionerRole/ide-1', { period: { start: '2026-05-10', end: '2026-06-19' } }]]), informed],
    ],
    ['who has not come yet', 'aucun circle.not-member', nurse, [circle([['PractitionerRole/ide-1', { period: { start: '2026-07-01' } }]]), informed]],
    ['a colleague of a member', 'aucun circle.not-member', { ...nurse, references: ['PractitionerRole/colleague'] }, [member, informed]],
    ['somebody who works for a member structure', 'complet circle.member', nurse, [circle([['Organization/cab']]), informed]],
    ['the structure of a member is no member', 'aucun circle.not-member', { ...nurse, kind: 'structure', references: [] }, [member, informed]],
    ['a structure above a member structure', 'aucun circle.not-member', nurse, [circle([['Organization/above']]), informed]],
    ['a social worker of the circle', 'minimal circle.member', social, [circle([['PractitionerRole/as-1']]), informed]],
    [
      'the level that the circle says',
      'restreint circle.member',
      social,
      [circle([['PractitionerRole/as-1', { extension: [{ url: EXTENSION.accessLevel, valueCode: 'restreint' }] }]]), informed],
    ],
    ['the person', 'complet person.self', person, []],
    ['another person', 'aucun circle.not-member', { ...person, references: ['Patient/other'] }, []],
    ['the legal representative', 'complet person.guard', guard, [mother({ period: { start: '2026-01-01', end: '2027-01-01' } })]],
    ['one whose time is over', 'aucun circle.not-member', guard, [mother({ period: { end: '2026-06-19' } })]],
    ['one who is it no longer', 'aucun circle.not-member', guard, [mother({ active: false })]],
    ['hidden from representatives', 'aucun flag.invisible-rep-legaux', guard, [mother()], { flags: ['INVISIBLE_REPRESENTANTS_LEGAUX'] }],
    ['by the name that HL7v2 has for it', 'aucun flag.invisible-rep-legaux', guard, [mother()], { flags: ['INVISIBLE_REP_LEGAUX'] }],
    ['a relative whom the person did not name', 'aucun circle.not-member', guard, [mother({ relationship: [{ coding: [{ code: 'CAREGIVER' }] }] })]],
    ['a relative of the circle', 'minimal circle.member', guard, [circle([['RelatedPerson/mother']]), informed]],
    ['a document hidden from professionals', 'aucun flag.masked', nurse, [member, informed], { flags: ['MASQUE_PS'] }],
    ['from the software of a structure as well', 'aucun flag.masked', dac, [circle([['Organization/dac-54']]), informed], { flags: ['MASQUE_PS'] }],
    ['not from the person', 'complet person.self', person, [], { flags: ['MASQUE_PS'] }],
    ['one that its card hides now, told of before', 'aucun flag.masked', nurse, [member, informed, card('looked-at')], OF_CARD],
    [
      'what was made from it',
      'aucun flag.masked',
      nurse,
      [member, informed, card('looked-at')],
      { type: 'Composition', documents: ['DocumentReference/first', OF_CARD.reference] },
    ],
    ['not what another card hides', 'complet circle.member', nurse, [member, informed, card('other')], OF_CARD],
    ['a document hidden from the person', 'aucun flag.invisible-patient', person, [], { flags: ['INVISIBLE_PATIENT'] }],
    ['hidden from representatives, the person sees it', 'complet person.self', person, [], { flags: ['INVISIBLE_REPRESENTANTS_LEGAUX'] }],
    ['an opposition to everybody', 'aucun consent.opposed', nurse, [member, informed, consent('opposition')]],
    ['never to the person himself', 'complet person.self', person, [consent('opposition')]],
    ['an opposition to him', 'aucun consent.opposed', nurse, [member, informed, consent('opposition', actor('PractitionerRole/ide-1'))]],
    ['to his structure', 'aucun consent.opposed', nurse, [member, informed, consent('opposition', actor('Organization/cab'))]],
    ['to a structure above his', 'aucun consent.opposed', nurse, [member, informed, consent('opposition', actor('Organization/above'))]],
    ['to a circle he is a member of', 'aucun consent.opposed', nurse, [member, informed, consent('opposition', actor('CareTeam/ct'))]],
    [
      'of whom others are members too',
      'aucun consent.opposed',
      nurse,
      [circle([['PractitionerRole/as-1'], ['PractitionerRole/ide-1']]), informed, consent('opposition', actor('CareTeam/ct'))],
    ],
    ['to somebody else', 'complet circle.member', nurse, [member, informed, consent('opposition', actor('Organization/clinic'))]],
    ['to an actor that leads nowhere: nobody, not everybody', 'complet circle.member', nurse, [member, informed, consent('opposition', actor('urn:x'))]],
    [
      'to a kind of document',
      'aucun consent.opposed',
      nurse,
      [member, informed, consent('opposition', { code: [{ coding: [{ code: '11490-0' }] }] })],
      { type: 'DocumentReference', documentType: '11490-0' },
    ],
    [
      'not to another kind',
      'complet circle.member',
      nurse,
      [member, informed, consent('opposition', { code: [{ coding: [{ code: '11490-0' }] }] })],
      { type: 'DocumentReference', documentType: '18776-5' },
    ],
    [
      'to one document',
      'aucun consent.opposed',
      nurse,
      [member, informed, consent('opposition', { data: [{ meaning: 'instance', reference: { reference: 'DocumentReference/d/_history/2' } }] })],
      { type: 'DocumentReference', reference: 'DocumentReference/d' },
    ],
    ['its purpose narrows nothing', 'aucun consent.opposed', nurse, [member, informed, consent('opposition', { purpose: [{ code: 'HRESCH' }] })]],
    ['each structure keeps what it wrote', 'complet author.own-record', nurse, [member, informed, consent('opposition')], { authors: ['Organization/cab'] }],
    [
      'a withdrawn opposition',
      'complet circle.member',
      nurse,
      [member, informed, consent('opposition', { period: { start: '2026-06-01', end: '2026-06-19' } }, 'inactive')],
    ],
    [
      'an opposition on the day that ends it',
      'aucun consent.opposed',
      nurse,
      [member, informed, consent('opposition', { period: { start: '2026-06-01', end: '2026-06-20' } })],
    ],
    [
      'one that was withdrawn on this day',
      'complet circle.member',
      nurse,
      [member, informed, consent('opposition', { period: { start: '2026-06-01', end: '2026-06-20' } }, 'inactive')],
    ],
    [
      'one whose day is over',
      'complet circle.member',
      nurse,
      [member, informed, consent('opposition', { period: { start: '2026-06-01', end: '2026-06-19' } })],
    ],
    [
      'an opposition on a clock that runs ahead',
      'aucun consent.opposed',
      nurse,
      [member, informed, consent('opposition', { period: { start: '2026-06-20T12:30:00Z' } })],
    ],
    [
      'one of the day that has begun further east',
      'aucun consent.opposed',
      nurse,
      [member, informed, consent('opposition', { period: { start: '2026-06-21' } })],
    ],
    ['one that begins next month', 'complet circle.member', nurse, [member, informed, consent('opposition', { period: { start: '2026-07-20' } })]],
    ...(['draft', 'proposed', 'rejected', 'entered-in-error'] as const).map((status): [string, string, Party, unknown[]] => [
      `an opposition that is ${status}`,
      'complet circle.member',
      nurse,
      [member, informed, consent('opposition', {}, status)],
    ]),
    ['consent to share, outside the circle', 'complet consent.partage', nurse, [consent('partage', actor('Organization/cab'))]],
    ['for another purpose', 'aucun circle.not-member', nurse, [consent('partage', actor('Organization/cab'))], {}, { purpose: 'CAREMGT' }],
    ['within its class', 'complet consent.partage', nurse, [consent('partage', { ...actor('Organization/cab'), class: [{ code: 'CarePlan' }] })]],
    ['outside its class', 'aucun circle.not-member', nurse, [consent('partage', { ...actor('Organization/cab'), class: [{ code: 'Task' }] })]],
    ['break-glass with a reason', 'complet emergency.break-glass', nurse, [], {}, { purpose: 'BTG', reason: 'inconscient' }],
    ['without a reason', 'aucun circle.not-member', nurse, [], {}, { purpose: 'BTG' }],
    [
      'a member who sees a part, in an emergency: the whole, as a stranger would',
      'complet emergency.break-glass',
      nurse,
      [circle([['PractitionerRole/ide-1', level('restreint')]]), informed],
      {},
      { purpose: 'BTG', reason: 'inconscient' },
    ],
    [
      'whom a request was sent to, in an emergency: the person as well',
      'complet emergency.break-glass',
      nurse,
      [{ resourceType: 'Task', id: 't', status: 'requested', for: { reference: P }, owner: { reference: 'PractitionerRole/ide-1' } }],
      { type: 'Patient', reference: P },
      { purpose: 'BTG', reason: 'inconscient' },
    ],
    ['a member who sees the whole needs no emergency', 'complet circle.member', nurse, [member, informed], {}, { purpose: 'BTG', reason: 'x' }],
    ['not for a social worker', 'aucun circle.not-member', social, [], {}, { purpose: 'BTG', reason: 'x' }],
    ['never against an opposition', 'aucun consent.opposed', nurse, [consent('opposition')], {}, { purpose: 'BTG', reason: 'x' }],
    [
      'a consent: the structure that collected it',
      'complet consent.reader',
      { ...dac, type: '355' },
      [],
      { type: 'Consent', collectedBy: ['Organization/dac-54'] },
    ],
    [
      'a consent: the médecin traitant',
      'complet consent.reader',
      nurse,
      [circle([['PractitionerRole/ide-1', { role: [{ coding: [{ code: 'PCP' }] }] }]]), informed],
      { type: 'Consent' },
    ],
    ['a consent: a mere member', 'aucun consent.not-reader', nurse, [member, informed], { type: 'Consent' }],
    [
      'a consent under a general opposition: its collector keeps its own record',
      'complet author.own-record',
      nurse,
      [consent('opposition')],
      { type: 'Consent', authors: ['Organization/cab'] },
    ],
    [
      'an opposition that names him, even if he wrote it',
      'aucun consent.opposed',
      nurse,
      [against],
      { type: 'Consent', reference: `Consent/${against.id}`, authors: ['Organization/cab'] },
    ],
    [
      'an opposition that names him, however narrow',
      'aucun consent.opposed',
      nurse,
      [narrow, circle([['PractitionerRole/ide-1', PCP]]), informed],
      { type: 'Consent', reference: `Consent/${narrow.id}` },
    ],
    ['the médecin traitant, whatever his profession', 'complet circle.member', social, [circle([['PractitionerRole/as-1', PCP]]), informed]],
    ['the coordonnateur', 'complet circle.member', social, [circle([['PractitionerRole/as-1', COORDINATOR]]), informed]],
    [
      'an entry of his own goes before that of his structure',
      'minimal circle.member',
      nurse,
      [
        circle([
          ['PractitionerRole/ide-1', level('minimal')],
          ['Organization/cab', level('complet')],
        ]),
        informed,
      ],
    ],
    [
      'entries that overlap and say different levels: the lower',
      'minimal circle.member',
      nurse,
      [
        circle([
          ['PractitionerRole/ide-1', level('minimal')],
          ['PractitionerRole/ide-1', level('complet')],
        ]),
        informed,
      ],
    ],
    ...[
      [PCP, AGENT],
      [AGENT, PCP],
    ].map((roles): [string, string, Party, unknown[]] => [
      'entries that overlap and say none: what the better role gets',
      'complet circle.member',
      social,
      [circle(roles.map(role => ['PractitionerRole/as-1', role])), informed],
    ]),
    [
      'two médecins traitants are two members',
      'complet circle.member',
      nurse,
      [
        circle([
          ['PractitionerRole/ide-1', PCP],
          ['PractitionerRole/as-1', PCP],
        ]),
        informed,
      ],
    ],
    [
      'a period that ends before it begins',
      'aucun circle.not-member',
      nurse,
      [circle([['PractitionerRole/ide-1', { period: { start: '2027-01-01', end: '2026-01-01' } }]]), informed],
    ],
    ['a member whom the person wants to see nothing', 'aucun circle.not-member', nurse, [circle([['PractitionerRole/ide-1', level('aucun')]]), informed]],
    [
      'a relative whom the person names',
      'complet consent.partage',
      guard,
      [consent('partage', { ...actor('RelatedPerson/mother'), purpose: [{ code: 'PATRQT' }] })],
      {},
      { purpose: 'PATRQT' },
    ],
    ['a social service whom the person names', 'minimal consent.partage', social, [consent('partage', actor('Organization/saad'))]],
    [
      'a document hidden from social professionals',
      'aucun flag.masked',
      social,
      [circle([['PractitionerRole/as-1']]), informed],
      { flags: ['MASQUE_PSOCIAL'] },
    ],
    [
      'emergency against an opposition, where the configuration allows it',
      'complet emergency.break-glass',
      nurse,
      [consent('opposition')],
      {},
      { purpose: 'BTG', reason: 'x', isEmergencyFirst: true },
    ],
    ['never a consent', 'aucun consent.not-reader', nurse, [], { type: 'Consent' }, { purpose: 'BTG', reason: 'x' }],
    ['an information that was withdrawn, whatever end it says', 'aucun circle.not-informed', nurse, [member, withdrawn]],
    ['an opposition whose time cannot be read', 'aucun consent.opposed', nurse, [member, informed, consent('opposition', { period: { start: 'soon' } })]],
  ])('%s: %s', (_case, expected, party, resources, what, asked) => {
    expect(ask(party, rightsOf(...resources), what, asked)).toBe(expected)
  })

  it('a Task that was delivered opens itself, what it is about, its agreement, and who the person is; nothing else', () => {
    const task: Task = {
      resourceType: 'Task',
      id: 't',
      status: 'requested',
      intent: 'order',
      for: { reference: P },
      owner: { reference: 'Organization/dac-54' },
      focus: { reference: 'ServiceRequest/sr' },
      input: [{ type: { coding: [{ code: 'accord' }] }, valueReference: { reference: 'Consent/co' } }],
    }
    const seen = (type: string, id: string, rights = rightsOf(task)) => ask(dac, rights, { type, reference: `${type}/${id}` })
    expect([seen('Task', 't'), seen('ServiceRequest', 'sr'), seen('Consent', 'co'), seen('Patient', 'x'), seen('CarePlan', '1')]).toEqual([
      'complet task.addressed',
      'complet task.addressed',
      'complet consent.reader',
      'restreint task.addressed',
      'aucun circle.not-member',
    ])
    expect(seen('Task', 't', rightsOf({ ...task, status: 'draft' }))).toBe('aucun circle.not-member')
  })

  it('an identity that is not sure stays with who brought it', () => {
    const apart = { ...rightsOf(member, informed), isSetApart: true }
    expect(ask(nurse, apart)).toBe('aucun identity.quarantined')
    expect(ask(nurse, apart, { authors: ['Organization/cab'] })).toBe('complet author.wrote')
    const task = { resourceType: 'Task', id: 't', status: 'requested', for: { reference: P }, owner: { reference: 'PractitionerRole/ide-1' } }
    const sent = { ...rightsOf(task), isSetApart: true }
    expect(ask(nurse, sent, { type: 'Patient', reference: P }, { purpose: 'BTG', reason: 'x' })).toBe('restreint task.addressed')
  })

  it('who refuses a professional refuses him wherever he works', () => {
    const rights = rightsOf(circle([['Organization/cab']]), informed, consent('opposition', actor('PractitionerRole/ide-elsewhere')))
    const rows = rights.rows.map(row => (row.party === 'PractitionerRole/ide-elsewhere' ? { ...row, practitioner: 'Practitioner/ide' } : row))
    expect(ask(nurse, { ...rights, rows })).toBe('aucun consent.opposed')
  })

  it('whatever is recorded: one more opposition never opens anything, and nothing throws', () => {
    const LEVELS: Level[] = ['aucun', 'minimal', 'restreint', 'complet']
    const date = fc.constantFrom('2026-05-01', '2026-06-20', '2027-01-01', 'no date', undefined)
    const period = fc.record({ start: date, end: date })
    const references = fc.constantFrom('PractitionerRole/ide-1', 'Organization/cab', 'Organization/above', 'PractitionerRole/as-1', 'CareTeam/ct', '')
    const members = fc.array(
      fc.tuple(references, fc.record({ period })).map(([one, more]) => [one, more] as [string, object]),
      { maxLength: 4 },
    )
    const consents = fc.array(fc.tuple(fc.constantFrom('information', 'accord', 'partage', 'opposition', 'nonsense'), references, period), { maxLength: 4 })
    fc.assert(
      fc.property(fc.constantFrom(nurse, social, dac, guard), members, consents, references, (party, who, agreed, opposed) => {
        const rights = rightsOf(circle(who), ...agreed.map(([nature, one, when]) => consent(nature, { ...actor(one), period: when as object })))
        const more = { ...rights, rows: [...rights.rows, ...accessRowsOf(consent('opposition', actor(opposed)))] }
        const rank = (of: PersonRights) => LEVELS.indexOf(ask(party, of).split(' ')[0] as Level)
        expect(rank(more)).toBeLessThanOrEqual(rank(rights))
      }),
    )
  })
})
