/*
  The mail that tells a member of a circle what happened to a person he cares for: no archive, no document; what it says depends on his level.
    complet, restreint => what happened      minimal => that something changed, and whom to call
*/
import type { Patient } from 'fhir/r4.js'
import type { EventCode } from '../../profiles/events/event-types.ts'
import type { Level } from '../../profiles/tables/decisions.ts'
import { NOTICE } from '../../profiles/tables/level-shapes.ts'
import { REPLACED, SENTENCES, WITHDRAWN } from '../../profiles/tables/notice-words.ts'
import { toAscii, toLine } from './ascii.ts'
import type { Mail } from './mail.ts'

/** One event that is told. */
export interface Told {
  event: EventCode
  /** What was announced is taken back. */
  isWithdrawn?: boolean
  /** A new version of a document that was told before. */
  isReplacement?: boolean
  level: Exclude<Level, 'aucun'>
  /** Sentences about the change, in French; told at `complet` alone. */
  sentences: readonly string[]
  at: Date
}

export interface NoticeInput {
  /** In their order; several for a member who is told once a day. */
  told: readonly Told[]
  patient: Patient | undefined
  to: string
  from: Mail['from']
  reference: string
  messageId: string
  /** X-MSS-NIL */
  product: string
}

/** The same input gives the same mail, dated as the last of what it tells. The subject names nobody. */
export function mapEventToNotice(input: NoticeInput): Mail {
  const { told, patient, to, from, reference, messageId, product } = input
  const date = new Date(Math.max(...told.map(({ at }) => at.getTime())))
  const lines = told.length === 1 ? told.flatMap(linesOf) : told.flatMap(one => [`Le ${CLOCK.format(one.at)}`, ...linesOf(one), ''])
  const about = nameOf(patient)
  return {
    from,
    to,
    subject: 'Parcours de santé : information',
    messageId,
    envelopeId: reference,
    date,
    headers: { 'X-MSS-NIL': toAscii(product) },
    text: [
      'Bonjour,',
      '',
      ...(about === '' ? [] : [`Personne concernée : ${about}`, '']),
      ...lines,
      '',
      'Message envoyé automatiquement par une plateforme d’intermédiation.',
      '',
    ].join('\n'),
    attachments: [],
    archive: [],
    requestReadReceipt: false,
  }
}

const CLOCK = new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', dateStyle: 'short', timeStyle: 'short' })

function linesOf({ event, isWithdrawn, isReplacement, level, sentences }: Told): string[] {
  const sentence = isReplacement === true ? REPLACED : (isWithdrawn === true ? WITHDRAWN : SENTENCES)[event]
  return level === 'minimal' ? [NOTICE] : [sentence ?? NOTICE, ...(level === 'complet' ? sentences.map(one => `- ${toLine(one)}`) : [])]
}

function nameOf(patient: Patient | undefined): string {
  const names = patient?.name ?? []
  const { family = '', given = [] } = names.find(({ use }) => use === 'official') ?? names[0] ?? {}
  return toLine([family, ...given].join(' ')).trim()
}
