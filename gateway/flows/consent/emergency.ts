/*
  Somebody broke the glass: the person, the coordinator of the circle and the privacy officer are told, by the hub, within the minute.
  Who it was and why stand in the audit, which the person and the privacy officer read; a notice carries neither.
  Spec: fhir-fr.md 4.3.8.
*/
import type { Communication } from 'fhir/r4.js'
import { PROFILE, SYSTEM } from '../../../profiles/canonicals.ts'
import type { Db } from '../../ledger/db.ts'
import { emergencyTold, untoldEmergencies } from '../../ledger/rights/emergencies.ts'
import { findIdentified } from '../../ledger/identity/identity-rows.ts'
import type { Deadline, Write } from '../care-flow.ts'
import { COORDINATOR } from '../plan/coordinator.ts'
import { circleOf, hasCode, membersOf, targetOf } from '../person.ts'

/** In: `officer` is the FINESS number of the structure whose privacy officer is told. */
export function emergencyNotices(db: Db, officer: string | undefined): Deadline {
  return {
    name: 'emergency',
    async due() {
      const untold = await untoldEmergencies(db)
      if (untold.length === 0) return []
      const office = await officeOf(db, officer)
      return untold.map(emergency => ({
        key: `emergency|${emergency.patient}|${emergency.human}|${emergency.openedAt.toISOString()}`,
        patient: emergency.patient,
        act: (write: Write) => tellAll(write, { ...emergency, office }),
        written: () => emergencyTold(db, emergency, new Date()),
      }))
    },
  }
}

async function officeOf(db: Db, finess: string | undefined): Promise<string | undefined> {
  if (finess === undefined) return undefined
  const id = await findIdentified(db, 'Organization', [{ system: SYSTEM.finess, value: finess }])
  return id === undefined ? undefined : `Organization/${id}`
}

interface Telling {
  patient: string
  openedAt: Date
  office: string | undefined
}

async function tellAll(write: Write, { patient, openedAt, office }: Telling): Promise<void> {
  const notice = { patient, openedAt }
  write.add(noticeOf(write, { ...notice, category: 'INFO-PERSONNE', recipient: { reference: patient } }))
  for (const reference of await coordinatorsOf(write, patient)) write.add(noticeOf(write, { ...notice, category: 'ALERTE', recipient: { reference } }))
  const officer = { display: 'Délégué à la protection des données', ...(office === undefined ? {} : { reference: office }) }
  write.add(noticeOf(write, { ...notice, category: 'ALERTE', recipient: officer }))
}

/** Where nobody coordinates, the structure that runs the circle. */
async function coordinatorsOf(write: Write, patient: string): Promise<string[]> {
  const circle = await circleOf(write, patient)
  if (circle === undefined) return []
  const leading = membersOf(circle, write.now).filter(({ role }) => hasCode(role, COORDINATOR.system, COORDINATOR.code))
  const told = leading.length > 0 ? leading.map(({ member }) => member) : (circle.managingOrganization ?? [])
  return [...new Set(told.flatMap(one => targetOf(one) ?? []))]
}

interface Notice {
  patient: string
  openedAt: Date
  category: 'INFO-PERSONNE' | 'ALERTE'
  recipient: { reference?: string; display?: string }
}

const when = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Paris' })

function noticeOf(write: Write, { patient, openedAt, category, recipient }: Notice): Communication {
  const sentence = `Un professionnel de santé a ouvert ce dossier en urgence le ${when.format(openedAt)}, en donnant un motif. Le journal des accès dit qui et pourquoi.`
  return {
    resourceType: 'Communication',
    meta: { profile: [PROFILE.communicationCircle] },
    status: 'in-progress',
    category: [{ coding: [{ system: SYSTEM.hub, code: category }] }],
    subject: { reference: patient },
    topic: { text: 'Accès en urgence' },
    sent: write.now.toISOString(),
    sender: { display: 'Hub e-parcours' },
    recipient: [recipient],
    payload: [{ contentString: sentence }],
  }
}
