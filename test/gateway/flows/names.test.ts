import type { Consent, FhirResource } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { withNames } from '../../../gateway/flows/names.ts'
import { NEGATION } from '../../../mappers/statements/values/negation.ts'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { nameIn } from '../../../mappers/care-plan-diff/change.ts'

// What a plan takes into account, as its pages and sentences name it: never as the contrary of what it says.

const subject = { reference: 'Patient/p1' }
const code = { text: 'Chute' }
const verified = (status: string) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: status }] })

const clinical = (status: string) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: status }] })
const consent = (nature: string, status: Consent['status']): Consent => ({
  resourceType: 'Consent',
  status,
  scope: {},
  category: [{ coding: [{ system: SYSTEM.hub, code: nature }] }],
})

it.each<[FhirResource, string]>([
  [{ resourceType: 'Condition', subject, code, verificationStatus: verified('confirmed') }, 'Chute'],
  [{ resourceType: 'Condition', subject, code, verificationStatus: verified('refuted') }, 'Chute (écarté)'],
  [{ resourceType: 'Condition', subject, code, verificationStatus: verified('entered-in-error') }, 'Chute (saisi par erreur)'],
  [{ resourceType: 'Condition', subject, code, verificationStatus: verified('provisional') }, 'Chute (provisoire)'],
  [{ resourceType: 'Condition', subject, code, verificationStatus: verified('confirmed'), clinicalStatus: clinical('active') }, 'Chute'],
  [{ resourceType: 'Condition', subject, code, clinicalStatus: clinical('resolved') }, 'Chute (résolu)'],
  [{ resourceType: 'Observation', status: 'cancelled', code }, 'Chute (annulé)'],
  [{ resourceType: 'DocumentReference', status: 'superseded', description: 'Bilan', content: [{ attachment: {} }] }, 'Bilan (remplacé)'],
  [{ resourceType: 'DocumentReference', status: 'entered-in-error', description: 'Bilan', content: [{ attachment: {} }] }, 'Bilan (saisi par erreur)'],
  [{ resourceType: 'Task', status: 'rejected', intent: 'order', description: 'Portage' }, 'Portage (refusé)'],
  [{ resourceType: 'Task', status: 'in-progress', intent: 'order', description: 'Portage' }, 'Portage'],
  [{ resourceType: 'ServiceRequest', status: 'revoked', intent: 'order', subject, code, doNotPerform: true }, 'Chute (à ne pas faire, annulé)'],
  [consent('accord', 'active'), 'un recueil de l’accord de la personne'],
  [consent('accord', 'inactive'), 'un recueil du choix de la personne'],
  [consent('opposition', 'active'), 'un recueil du choix de la personne'],
  [{ resourceType: 'Observation', status: 'final', code }, 'Chute'],
  [{ resourceType: 'Observation', status: 'final', code, modifierExtension: [NEGATION] }, 'Chute (absence constatée)'],
  [{ resourceType: 'Observation', status: 'entered-in-error', code }, 'Chute (saisi par erreur)'],
  [{ resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject, code: { text: 'Prélèvement' } }, 'Prélèvement'],
  [
    { resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject, code: { text: 'Prélèvement' }, doNotPerform: true },
    'Prélèvement (à ne pas faire)',
  ],
])('%j is named “%s”', async (resource, name) => {
  const reference = { reference: `${resource.resourceType}/r1` }
  expect(
    await withNames(
      async () => resource as never,
      nameOf => nameIn(nameOf, reference),
    ),
  ).toBe(name)
})
