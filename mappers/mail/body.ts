/*
  The text of the mail: what the sender wrote for this kind of recipient, else our own sentence. Read by a person, in French.
  That a document is replaced or deleted is said in either case.
*/
import type { Action, Recipient, Transmission } from '../hl7v2/reading/transmission.ts'
import { toLine } from './ascii.ts'

const CHANGED: Readonly<Record<Action, string | undefined>> = {
  create: undefined,
  replace: 'Ce document annule et remplace la version précédemment transmise, qui ne doit plus être utilisée.',
  delete: 'Ce document, précédemment transmis, est supprimé par son émetteur et ne doit plus être utilisé.',
}

/** Spec: CI-SIS "Transmission de documents CDA R2 en HL7v2", CORPSMAIL_PS and CORPSMAIL_PATIENT; ECO.2.2.3; AMBU.MSS/va1.02. */
export function writeBody(transmission: Transmission, recipient: Recipient, change: Action): string {
  const written = recipient.kind === 'patient' ? transmission.bodies.patient : transmission.bodies.ps
  const said = CHANGED[change]
  if (written === undefined || written.trim() === '') return defaultBody(transmission, recipient, change)
  const text = written.replace(/\r\n?/g, '\n')
  return said === undefined ? text : `${said}\n\n${text}`
}

function defaultBody(transmission: Transmission, recipient: Recipient, change: Action): string {
  const type = toLine(transmission.documentType.display)
  const from = toLine(transmission.sender?.structure?.name ?? '')
  const sender = from === '' ? '' : `, transmis par ${from}`
  const said = CHANGED[change]
  const lines = recipient.kind === 'patient' ? patientLines(type, sender, transmission.flags.patientFin) : professionalLines(type, sender)
  const changed = said === undefined ? [] : [said, '']
  return ['Bonjour,', '', ...changed, ...lines, '', 'Message envoyé automatiquement par une plateforme d’intermédiation.', ''].join('\n')
}

function patientLines(type: string, sender: string, mustNotAnswer: boolean): string[] {
  const answer = mustNotAnswer ? ['', 'Vous ne pouvez pas répondre à ce message.'] : []
  return [`Vous trouverez ci-joint un document de santé qui vous concerne${sender} : ${type}.`, ...answer]
}

function professionalLines(type: string, sender: string): string[] {
  return [`Vous trouverez ci-joint un document de santé${sender} : ${type}.`, 'L’archive IHE_XDM.zip permet son intégration dans votre logiciel.']
}
