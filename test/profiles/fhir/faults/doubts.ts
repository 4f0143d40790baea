/*
  Doubts: changes of a valid example that are accepted with a warning at their place. A code system shipped as a fragment is the reason of most.
*/
import { concept, extension, type Fault, faultsOf, hub, swap, SYSTEM, without } from './fault.ts'

const tre = (name: string): string => `https://mos.esante.gouv.fr/NOS/TRE_${name}/FHIR/TRE-${name}`

export const DOUBTS: Record<string, Fault[]> = {
  'hub-careplan-ppcs': faultsOf('CarePlan', [
    ['hub-cp-6', '', 'invariant', without('/goal')],
    ['hub-cp-6 (nobody, no time)', '', 'invariant', without('/activity/0/detail/scheduledString')],
  ]),
  'hub-careteam': faultsOf('CareTeam', [['a role outside the list', 'participant[0].role[0]', 'code-invalid', swap('/participant/0/role/0', hub('MESSAGE'))]]),
  'hub-task-snp': faultsOf('Task', [
    [
      'a commune that is not at hand',
      'extension[0].value',
      'code-invalid',
      swap('/extension/0', extension('hub-ext-territoire', { valueCoding: { system: SYSTEM.commune, code: '54001' } })),
    ],
    [
      'a commune under the older name',
      'extension[0].value',
      'code-invalid',
      swap('/extension/0', extension('hub-ext-territoire', { valueCoding: { system: tre('R13-Commune'), code: '54001' } })),
    ],
  ]),
  'hub-organization': faultsOf('Organization', [
    ['a category that is closed', 'type[0]', 'code-invalid', swap('/type/0', concept(tre('R66-CategorieEtablissement'), '102'))],
    ['a commune that is not at hand', 'extension[0].value', 'code-invalid', swap('/extension/0/valueCoding/code', '54001')],
  ]),
  'as-practitionerrole': faultsOf('PractitionerRole', [
    ['a profession that is not at hand', 'code[0]', 'code-invalid', swap('/code/0', concept(tre('G15-ProfessionSante'), '999'))],
    ['a function that is not at hand', 'code[0]', 'code-invalid', swap('/code/0', concept(tre('R21-Fonction'), 'FON-999'))],
  ]),
  'cds-fr-related-person': faultsOf('RelatedPerson', [
    ['a relation that is not at hand', 'relationship[1]', 'code-invalid', swap('/relationship/1', concept(SYSTEM.r216, 'AUTRE'))],
  ]),
  'hub-observation': faultsOf('Observation', [
    [
      'a CI-SIS term that is not at hand',
      'code',
      'code-invalid',
      swap('/code', concept('https://smt.esante.gouv.fr/fhir/CodeSystem/terminologie-cisis', 'MED-1')),
    ],
  ]),
}
