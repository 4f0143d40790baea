/*
  The demo letter as a CDA document: structured (LDL-SES, N3) or its PDF alone (N1).
*/
import { LETTER, writeLetterHeader } from './letter-header.ts'
import { writeLetterSections } from './letter-sections.ts'
import { writePlainPdf } from './pdf.ts'

export interface LetterOptions {
  /** Root of the document id: an OID or a UUID. */
  documentId: string
  /** When the letter is written, which is when the person leaves; she came a week before. */
  at: Date
}

const DAY_MS = 86_400_000
const BASE_TEMPLATES = [{ root: '2.16.840.1.113883.2.8.2.1' }, { root: '1.2.250.1.213.1.1.1.1' }]
const ROOT = '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'

/** The structured letter: all mandatory sections of the volet and a copy in PDF. */
export function writeStructuredLetter(options: LetterOptions): string {
  const templates = [...BASE_TEMPLATES, { root: '1.2.250.1.213.1.1.1.29', extension: '2022.01' }]
  const body = writeLetterSections({
    documentId: options.documentId,
    admittedOn: admittedAt(options).slice(0, 8),
    dischargedOn: parisTime(options.at).slice(0, 8),
    reviewOn: parisTime(new Date(options.at.getTime() + 30 * DAY_MS)).slice(0, 8),
    pdf: letterPdf(options),
  })
  return writeDocument(options, templates, body)
}

/** The same letter as an N1: the PDF is the body. */
export function writeUnstructuredLetter(options: LetterOptions): string {
  const templates = [...BASE_TEMPLATES, { root: '1.3.6.1.4.1.19376.1.2.20' }]
  const pdf = Buffer.from(letterPdf(options)).toString('base64')
  return writeDocument(
    options,
    templates,
    `<component><nonXMLBody><text mediaType="application/pdf" representation="B64">${pdf}</text></nonXMLBody></component>`,
  )
}

/** The letter as a person reads it. */
export function letterPdf(options: LetterOptions): Uint8Array {
  return writePlainPdf('Lettre de liaison', [
    LETTER.hospital.name,
    '',
    "Lettre de liaison à la sortie de l'établissement",
    '',
    `Patiente : ${LETTER.patient.family} Claire, née le 28/03/1979`,
    `Hospitalisation du ${frenchDate(admittedAt(options))} au ${frenchDate(parisTime(options.at))}`,
    '',
    'Motif : chute à domicile, fracture du col du fémur droit.',
    'Synthèse : prothèse totale de hanche droite, suites simples, marche avec deux cannes.',
    'Traitement à la sortie : paracétamol 1 g, trois fois par jour, selon la douleur.',
    'Suites : radiographie de contrôle, rééducation à domicile, consultation du médecin traitant.',
    '',
    `Docteur ${LETTER.author.given} ${LETTER.author.family}`,
    '',
    'Document et personnes inventés, pour la démonstration.',
  ])
}

/** TS of an instant as a clock in Paris shows it: YYYYMMDDhhmmss+zzzz. */
export function parisTime(at: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Paris',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find(item => item.type === type)?.value ?? ''
  return `${part('year')}${part('month')}${part('day')}${part('hour')}${part('minute')}${part('second')}${part('timeZoneName').replace('GMT', '').replace(':', '')}`
}

export function admittedAt(options: LetterOptions): string {
  return parisTime(new Date(options.at.getTime() - 7 * DAY_MS))
}

function writeDocument(options: LetterOptions, templates: readonly { root: string; extension?: string }[], body: string): string {
  const header = writeLetterHeader({
    documentId: options.documentId,
    writtenAt: parisTime(options.at),
    admittedAt: admittedAt(options),
    title: "Lettre de liaison à la sortie de l'établissement de santé",
    templates,
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${ROOT}\n${header}\n${body}\n</ClinicalDocument>\n`
}

function frenchDate(ts: string): string {
  return `${ts.slice(6, 8)}/${ts.slice(4, 6)}/${ts.slice(0, 4)}`
}
