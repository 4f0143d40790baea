/*
  The text of the mail: what the sender wrote for this kind of recipient, else our own sentence. Read by a person, in French.
*/
import type { Recipient, Transmission } from '../hl7v2/transmission.ts'
import { toLine } from './ascii.ts'

/** Spec: CI-SIS "Transmission de documents CDA R2 en HL7v2", CORPSMAIL_PS and CORPSMAIL_PATIENT; ECO.2.2.3. */
export function writeBody(transmission: Transmission, recipient: Recipient): string {
  const written = recipient.kind === 'patient' ? transmission.bodies.patient : transmission.bodies.ps
  const text = written === undefined || written.trim() === '' ? defaultBody(transmission, recipient) : written
  return text.replace(/\r\n?/g, '\n')
}

function defaultBody(transmission: Transmission, recipient: Recipient): string {
  const type = toLine(transmission.documentType.display)
  const from = toLine(transmission.sender?.structure?.name ?? '')
  const sender = from === '' ? '' : `, transmis par ${from}`
  const lines = recipient.kind === 'patient' ? patientLines(type, sender, transmission.flags.patientFin) : professionalLines(type, sender)
  return ['Bonjour,', '', ...lines, '', 'Message envoyé automatiquement par une plateforme d’intermédiation.', ''].join('\n')
}

function patientLines(type: string, sender: string, mustNotAnswer: boolean): string[] {
  const answer = mustNotAnswer ? ['', 'Vous ne pouvez pas répondre à ce message.'] : []
  return [`Vous trouverez ci-joint un document de santé qui vous concerne${sender} : ${type}.`, ...answer]
}

function professionalLines(type: string, sender: string): string[] {
  return [`Vous trouverez ci-joint un document de santé${sender} : ${type}.`, 'L’archive IHE_XDM.zip permet son intégration dans votre logiciel.']
}
