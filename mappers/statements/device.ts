/*
  Devices (E3.20): one that is used is a DeviceUseStatement with its Device, one that is prescribed a DeviceRequest; what was dispensed (E3.44) a MedicationDispense.
    supply EVN | INT | RQO => id* text effectiveTime? quantity? participant DEV { participantRole { id* playingDevice { code manufacturerModelName softwareName } } }
*/
import type { Device, DeviceRequest, DeviceUseStatement, MedicationDispense } from 'fhir/r4.js'
import { list, only, stated, toIdentifier } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { readIis } from '../cda/read-datatypes.ts'
import { notesOf } from './comments.ts'
import { FILLER, type Made, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isNegated, isNull, NEGATION, saysNone } from './values/negation.ts'
import { actorsOf, isProfessional, participantsOf, recorderOf } from './values/people.ts'
import { planOf } from './plan.ts'
import { productOf } from './medicines/product.ts'
import { reasonsOf } from './reasons.ts'
import { fr, pcc } from './frame/templates.ts'
import { startOf, whenOf } from './values/times.ts'
import { STATES, type State, stateOf, toldStateOf } from './medicines/treatment-state.ts'
import { conceptOf, quantityOf } from './values/values.ts'

const USE_STATUS: Readonly<Record<State, DeviceUseStatement['status']>> = { ...STATES, ahead: 'intended', cancelled: 'stopped' }
const ASKED_STATUS: Readonly<Record<State, DeviceRequest['status']>> = { ...STATES, over: 'active', ahead: 'active', stopped: 'revoked', cancelled: 'revoked' }
const DISPENSED_STATUS: Readonly<Record<State, MedicationDispense['status']>> = { ...STATES, active: 'completed', ahead: 'completed', cancelled: 'cancelled' }

/** Undefined for a device of which nothing is said. */
function deviceOf(statement: CdaElement, at: StatementScene): (Device & { id: string }) | undefined {
  const role = participantsOf(statement, 'DEV')[0]?.child('participantRole')
  const playing = role?.child('playingDevice')
  const identifier = readIis(role).map(toIdentifier)
  const model = playing?.child('manufacturerModelName')?.line()
  const text = at.text(statement)
  const type = conceptOf(playing?.child('code'), at) ?? conceptOf(statement.child('code'), at) ?? (text === undefined ? undefined : { text })
  if (type === undefined && model === undefined && identifier.length === 0) return undefined
  const { extension: _, ...base } = at.base('Device', statement)
  return {
    ...base,
    ...list('identifier', identifier),
    ...list('deviceName', model === undefined ? [] : [{ name: model, type: 'model-name' as const }]),
    ...only('type', type),
    patient: at.patient,
  }
}

function mapUsed(statement: CdaElement, at: StatementScene): Made {
  const device = at.part('device', () => deviceOf(statement, at))
  if (device === undefined) return FILLER
  const { dateTime, period } = at.part('timing', () => whenOf(statement.child('effectiveTime'), at))
  const isDenied = isNegated(statement) && !saysNone(device.type)
  const used: DeviceUseStatement & { id: string } = {
    ...at.base('DeviceUseStatement', statement),
    ...identifiersOf(statement),
    ...(isDenied ? { modifierExtension: [NEGATION] } : {}),
    status: USE_STATUS[stateOf(statement, at)],
    subject: at.patient,
    ...stated({ timingDateTime: dateTime, timingPeriod: period, source: recorderOf(statement, at) }),
    device: { reference: `Device/${device.id}`, ...only('display', device.type?.text ?? device.type?.coding?.[0]?.display) },
    ...reasonsOf(statement, at),
    ...notesOf(statement, at),
  }
  return { resources: [used, device] }
}

function mapAsked(statement: CdaElement, at: StatementScene): Made {
  const device = deviceOf(statement, at)
  const code = device?.type
  if (code === undefined) return FILLER
  const { dateTime, period } = whenOf(statement.child('effectiveTime'), at)
  const quantity = quantityOf(statement.child('quantity'), at)
  const isMeant = statement.attr('moodCode') === 'PRP' ? 'proposal' : planOf(at) === undefined ? 'order' : 'plan'
  const asked: DeviceRequest & { id: string } = {
    ...at.base('DeviceRequest', statement),
    ...identifiersOf(statement),
    ...(isNegated(statement) ? { modifierExtension: [NEGATION] } : {}),
    status: isNull(statement) ? 'unknown' : ASKED_STATUS[stateOf(statement, at)],
    intent: isMeant,
    codeCodeableConcept: code,
    ...list('parameter', quantity === undefined ? [] : [{ code: { text: 'quantité' }, valueQuantity: quantity }]),
    subject: at.patient,
    encounter: at.encounter,
    ...stated({ occurrenceDateTime: dateTime, occurrencePeriod: period, requester: at.authorsOf(statement).find(isProfessional) }),
    ...reasonsOf(statement, at),
    ...notesOf(statement, at),
  }
  return { resources: [asked] }
}

/** What was handed over of the treatment around it. */
function mapDispensed(statement: CdaElement, at: StatementScene): Made {
  const product = productOf(statement, at) ?? (at.holder === undefined ? undefined : productOf(at.holder.statement, at))
  if (product === undefined) return FILLER
  const handedOver = startOf(statement.child('performer')?.child('time') ?? statement.child('effectiveTime'), at)
  const dispense: MedicationDispense & { id: string } = {
    ...at.base('MedicationDispense', statement),
    ...identifiersOf(statement),
    status: isNull(statement) ? 'unknown' : DISPENSED_STATUS[toldStateOf(statement)],
    medicationCodeableConcept: product.concept,
    subject: at.patient,
    context: at.encounter,
    ...actorsOf(statement, at),
    ...stated({ quantity: quantityOf(statement.child('quantity'), at), whenHandedOver: handedOver }),
    ...notesOf(statement, at),
  }
  return { resources: [dispense] }
}

export const deviceRules: StatementRule[] = [
  { name: 'E3.44 dispensed', version: 1, templates: [fr('44'), pcc('4.7.3')], kinds: ['supply'], moods: ['EVN'], map: mapDispensed },
  { name: 'E3.20 device', version: 1, templates: [fr('20'), ''], kinds: ['supply'], moods: ['EVN'], map: mapUsed },
  { name: 'E3.20 device prescribed', version: 1, templates: [fr('20'), ''], kinds: ['supply'], moods: ['INT', 'RQO', 'PRP'], map: mapAsked },
]
