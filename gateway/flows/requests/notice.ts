/*
  What the hub tells somebody about a Task of care: a Communication of the circle, in plain French, without health data.
  Spec: fhir-fr.md 2.4 (effects of the moves), 2.6.
*/
import type { Communication, Task } from 'fhir/r4.js'
import { PROFILE, SYSTEM } from '../../../profiles/canonicals.ts'
import type { Write } from '../care-flow.ts'
import { roleOf } from '../circle/medecin-traitant.ts'
import { referenceTo, targetOf } from '../person.ts'

/** Each in a topic and a sentence. */
const WORDS = {
  'task.received': ['Demande reçue', 'Votre demande a été reçue par la structure à laquelle elle était adressée.'],
  'task.rejected': ['Demande refusée', 'Votre demande n’a pas été acceptée. Le motif figure dans son suivi.'],
  'task.cancelled': ['Demande annulée', 'La demande a été annulée. Le motif figure dans son suivi.'],
  'task.completed': ['Demande terminée', 'La demande est terminée. Ses suites figurent dans son suivi.'],
  'task.failed': ['Demande close', 'La demande est close sans résultat. Le motif figure dans son suivi.'],
  'task.owner': ['Demande réorientée', 'La demande a été transmise à une autre structure. Le motif figure dans son suivi.'],
  'task.given': ['Demande transmise', 'Une demande vous est transmise. Elle vous attend dans l’espace professionnel.'],
  'mt.asked': ['Demande d’appui : votre avis est attendu', 'Une demande d’appui concerne l’un de vos patients. Elle vous attend dans l’espace professionnel.'],
  'snp.reminder': ['Soins non programmés : réponse attendue', 'Une demande de soins non programmés attend votre réponse.'],
} as const

export interface Notice {
  words: keyof typeof WORDS
  category: 'ALERTE' | 'MESSAGE' | 'INFO-MT'
  recipient: string | undefined
}

/** From the owner; an alert from the hub itself. Writes nothing where nobody is meant, or where sender and recipient are one. A professional is met at his first place of work. */
export async function tell(write: Write, task: Task, { words, category, recipient }: Notice): Promise<void> {
  const sender = category === 'ALERTE' ? { display: 'Hub e-parcours' } : task.owner
  const met = recipient?.startsWith('Practitioner/') ? await roleOf(write, { reference: recipient }) : recipient
  if (met === undefined || sender === undefined || met === targetOf(sender) || task.for === undefined) return
  const isPerson = /^(Patient|RelatedPerson)\//.test(met)
  const [topic, sentence] = WORDS[words]
  const notice: Communication = {
    resourceType: 'Communication',
    meta: { profile: [PROFILE.communicationCircle] },
    status: 'in-progress',
    category: [{ coding: [{ system: SYSTEM.hub, code: isPerson ? 'INFO-PERSONNE' : category }] }],
    subject: task.for,
    topic: { text: topic },
    about: [{ reference: referenceTo(task) }],
    sent: write.now.toISOString(),
    sender,
    recipient: [{ reference: met }],
    payload: [{ contentString: sentence }],
  }
  write.add(notice)
}
