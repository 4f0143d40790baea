import type { Consent, FhirResource, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { CONSENT } from '../../../../gateway/flows/consent/consent.ts'
import { SYSTEM } from '../../../../profiles/canonicals.ts'
import { draftOf, type RecordedWrite, recordedWrite } from '../../../support/recorded-write.ts'
import { businessStatus, circle, consent, hubCode, role } from '../../../support/support-requests.ts'

const NOW = new Date('2026-06-25T08:00:00Z')
const PATIENT = 'Patient/p1'

const task = (id: string, kind: string, more: Partial<Task>): Task => ({
  resourceType: 'Task',
  id,
  status: 'accepted',
  intent: 'order',
  code: hubCode(kind),
  for: { reference: PATIENT },
  authoredOn: '2026-06-20T08:00:00Z',
  lastModified: '2026-06-20T08:00:00Z',
  requester: { reference: 'PractitionerRole/mt' },
  ...more,
})
const owned = (reference: string): Pick<Task, 'owner'> => ({ owner: { reference } })

const STORED: FhirResource[] = [
  task('support', 'DEM-APPUI', { ...owned('Organization/dac'), focus: { reference: 'ServiceRequest/sr' }, businessStatus: businessStatus('evaluation') }),
  task('validation', 'VALIDATION-MT', { ...owned('PractitionerRole/mt'), status: 'requested', partOf: [{ reference: 'Task/support' }] }),
  task('visit', 'ACTION', owned('PractitionerRole/nurse')),
  task('asked', 'SNP', { ...owned('PractitionerRole/nurse'), status: 'requested' }),
  task('own', 'ACTION', owned(PATIENT)),
  task('done', 'ACTION', { ...owned('PractitionerRole/nurse'), status: 'completed' }),
  task('of-another', 'ACTION', { ...owned('PractitionerRole/nurse'), for: { reference: 'Patient/p2' } }),
  { resourceType: 'ServiceRequest', id: 'sr', status: 'active', intent: 'order', subject: { reference: PATIENT } },
  role('nurse', 'Practitioner/n', 'Organization/practice'),
  role('nurse-elsewhere', 'Practitioner/n', 'Organization/other'),
  role('mt', 'Practitioner/m', 'Organization/practice'),
  { resourceType: 'Organization', id: 'practice', partOf: { reference: 'Organization/group' } },
  { ...circle(PATIENT, 'Organization/dac', [{ member: 'PractitionerRole/nurse' }]), id: 'ct' },
]

async function opposed(actors: string[], more: Partial<NonNullable<Consent['provision']>> = {}, status: Consent['status'] = 'active'): Promise<RecordedWrite> {
  const base = consent(PATIENT, 'opposition', 'Organization/dac')
  const actor = actors.map(reference => ({ role: {}, reference: { reference } }))
  const provision = { ...base.provision, ...(actor.length === 0 ? {} : { actor }), ...more }
  const draft = draftOf({ ...base, id: 'co', status, provision })
  const write = recordedWrite({ drafts: [draft], stored: STORED, now: NOW })
  await CONSENT.judge(write, draft)
  return write
}

const cancelled = (write: RecordedWrite): string[] =>
  write
    .drafts()
    .flatMap(({ id, resource }) => (resource.resourceType === 'Task' && resource.status === 'cancelled' ? [id] : []))
    .sort()

describe('an opposition', () => {
  it.each<[string[], string[]]>([
    [['Organization/dac'], ['support', 'validation']],
    [['Practitioner/n'], ['asked', 'visit']],
    [['PractitionerRole/nurse-elsewhere'], ['asked', 'visit']],
    [['Organization/group'], ['asked', 'validation', 'visit']],
    [['CareTeam/ct'], ['asked', 'visit']],
    [['Organization/other'], []],
    [[], ['asked', 'support', 'validation', 'visit']],
  ])('to %j cancels the open Tasks %j', async (actors, tasks) => {
    expect(cancelled(await opposed(actors))).toEqual(tasks)
  })

  it('says why, ends the request, tells who asked, and gives each Task one event', async () => {
    const write = await opposed(['Organization/dac'])
    const at = (type: string, id: string) => write.drafts().find(draft => draft.type === type && draft.id === id)?.resource
    expect(at('Task', 'support')).toMatchObject({
      statusReason: { coding: [{ system: SYSTEM.hubStatusReason, code: 'opposition' }] },
      lastModified: NOW.toISOString(),
    })
    expect(at('ServiceRequest', 'sr')).toMatchObject({ status: 'revoked', note: [{ text: 'Demande annulée' }] })
    expect(write.added.map(one => (one.resourceType === 'Communication' ? one.recipient : undefined))).toEqual([[{ reference: 'PractitionerRole/mt' }]])
    expect(write.announced.map(({ type, about, changes }) => [type, about, changes])).toEqual([
      ['consent.modifie', 'Consent/co', ['opposition.recorded']],
      ['appui.statut', 'Task/support', ['task.cancelled']],
    ])
  })

  it('that is narrowed, withdrawn, still proposed or yet to come cancels nothing', async () => {
    expect(cancelled(await opposed(['Organization/dac'], { class: [{ code: 'Observation' }] }))).toEqual([])
    expect(cancelled(await opposed(['Organization/dac'], { period: { start: '2026-07-01' } }))).toEqual([])
    expect(cancelled(await opposed(['Organization/dac'], {}, 'proposed'))).toEqual([])
    expect(cancelled(await opposed(['Organization/dac'], {}, 'inactive'))).toEqual([])
  })
})
