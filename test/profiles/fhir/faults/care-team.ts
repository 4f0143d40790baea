/*
  Faults of CareTeam (fhir-fr.md 2.2).
*/
import { ANY, add, concept, extension, type Fault, faultsOf, HUB, KEYED, SYSTEM, swap, to, without } from './fault.ts'

const member = (code: string, end?: string) => ({
  role: [concept(code === 'PCP' ? SYSTEM.r259 : SYSTEM.r85, code)],
  member: to('PractitionerRole/other-1'),
  period: { start: '2026-05-11', ...(end === undefined ? {} : { end }) },
})

export const CARE_TEAM: Record<string, Fault[]> = {
  'hub-careteam': faultsOf('CareTeam', [
    ...ANY,
    ...KEYED,
    ['meta min', 'meta', 'required', without('/meta')],
    ['identifier max', 'identifier', 'structure', add('/identifier/-', { system: 'urn:oid:1.2.250.1.999.3', value: 'CDS-2' })],
    ['status min', 'status', 'required', without('/status')],
    ['status is one of a circle', 'status', 'code-invalid', swap('/status', 'completed')],
    ['name min', 'name', 'required', without('/name')],
    ['subject min', 'subject', 'required', without('/subject')],
    ['subject type', 'subject', 'structure', swap('/subject', to('Group/g-1'))],
    ['period min', 'period', 'required', without('/period')],
    ['period.start min', 'period.start', 'required', swap('/period', { end: '2026-12-31' })],
    ['participant min', 'participant', 'required', without('/participant'), swap('/status', 'proposed')],
    [
      'participant.extension:niveauAcces max',
      'participant[1].extension',
      'structure',
      add('/participant/1/extension/-', extension('hub-ext-niveau-acces', { valueCode: 'aucun' })),
    ],
    ['hub-ext-niveau-acces value[x] binding', 'participant[1].extension[0].value', 'code-invalid', swap('/participant/1/extension/0/valueCode', 'total')],
    [
      'hub-ext-niveau-acces value[x] type',
      'participant[1].extension[0]',
      'structure',
      swap('/participant/1/extension/0', extension('hub-ext-niveau-acces', { valueString: 'minimal' })),
    ],
    [
      'hub-ext-niveau-acces value[x] min',
      'participant[1].extension[0].value',
      'required',
      swap('/participant/1/extension/0', { url: `${HUB}StructureDefinition/hub-ext-niveau-acces` }),
    ],
    [
      'participant.extension:rythme max',
      'participant[1].extension',
      'structure',
      add('/participant/1/extension/-', extension('hub-ext-rythme', { valueCode: 'quotidien' })),
      add('/participant/1/extension/-', extension('hub-ext-rythme', { valueCode: 'immediat' })),
    ],
    [
      'hub-ext-rythme value[x] binding',
      'participant[1].extension[1].value',
      'code-invalid',
      add('/participant/1/extension/-', extension('hub-ext-rythme', { valueCode: 'hebdomadaire' })),
    ],
    [
      'hub-ext-rythme value[x] type',
      'participant[1].extension[1]',
      'structure',
      add('/participant/1/extension/-', extension('hub-ext-rythme', { valueString: 'quotidien' })),
    ],
    [
      'hub-ext-rythme value[x] min',
      'participant[1].extension[1].value',
      'required',
      add('/participant/1/extension/-', { url: `${HUB}StructureDefinition/hub-ext-rythme` }),
    ],
    [
      'hub-ext-evenement-ecarte value[x] binding',
      'participant[1].extension[1].value',
      'code-invalid',
      add('/participant/1/extension/-', extension('hub-ext-evenement-ecarte', { valueCode: 'encounter.tout' })),
    ],
    [
      'hub-ext-evenement-ecarte value[x] type',
      'participant[1].extension[1]',
      'structure',
      add('/participant/1/extension/-', extension('hub-ext-evenement-ecarte', { valueString: 'encounter.adm' })),
    ],
    [
      'hub-ext-evenement-ecarte value[x] min',
      'participant[1].extension[1].value',
      'required',
      add('/participant/1/extension/-', { url: `${HUB}StructureDefinition/hub-ext-evenement-ecarte` }),
    ],
    ['an extension stands where it belongs', 'extension', 'structure', add('/extension', [extension('hub-ext-niveau-acces', { valueCode: 'minimal' })])],
    ['participant.role min', 'participant[0].role', 'required', without('/participant/0/role')],
    ['participant.member min', 'participant[0].member', 'required', without('/participant/0/member')],
    ['participant.member type', 'participant[0].member', 'structure', swap('/participant/0/member', to('Practitioner/mt'))],
    ['a Patient is no member', 'participant[0].member', 'structure', swap('/participant/0/member', to('Patient/p1'))],
    ['a circle is no member', 'participant[0].member', 'structure', swap('/participant/0/member', to('CareTeam/ct-2'))],
    ['participant.period min', 'participant[0].period', 'required', without('/participant/0/period')],
    ['participant.period.start min', 'participant[3].period.start', 'required', without('/participant/3/period/start')],
    ['managingOrganization min', 'managingOrganization', 'required', without('/managingOrganization')],
    ['managingOrganization is a structure', 'managingOrganization[0]', 'structure', swap('/managingOrganization/0', to('PractitionerRole/mt-1'))],
    ['hub-ct-1', '', 'invariant', add('/participant/-', member('PCP'))],
    ['hub-ct-2', '', 'invariant', swap('/participant', [member('353', '2026-06-01')])],
    ['hub-ct-3', '', 'invariant', swap('/status', 'inactive')],
    ['hub-ct-4', '', 'invariant', add('/participant/-', member('330'))],
  ]),
}
