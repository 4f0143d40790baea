/*
  A synthesis that was written as text, on paper: its title, whom it is about, and its paragraphs.
*/
import type { Patient } from 'fhir/r4.js'
import { facts, type Readable } from '../readable/readable.ts'
import { traitsOf } from './edition-to-readable.ts'

/** Paragraphs end at an empty line. */
export function mapSynthesisToReadable({ title, text, patient, writtenAt }: { title: string; text: string; patient: Patient; writtenAt: Date }): Readable {
  const paragraphs = text
    .split(/\r?\n\s*\r?\n/)
    .map(paragraph => paragraph.trim())
    .filter(paragraph => paragraph !== '')
  return {
    title,
    writtenAt,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      { kind: 'heading', level: 2, text: 'La personne' },
      ...facts(traitsOf(patient)),
      { kind: 'heading', level: 2, text: 'Synthèse' },
      ...paragraphs.map(paragraph => ({ kind: 'paragraph' as const, text: paragraph })),
    ],
  }
}
