/*
  Letters for as many invented persons as a test needs: the demo letter with another test INS, IPP, visit and recipients.
*/
import { type LetterMessage, PHYSICIAN, writeLetterMessage } from '../../gateway/demo/letter.ts'
import { writeStructuredLetter, writeUnstructuredLetter } from '../../gateway/demo/letter-document.ts'
import { LETTER } from '../../gateway/demo/letter-header.ts'

export interface LetterOf {
  controlId: string
  /** Number of the invented person: one that stands in a test is below 100 000, others come from `ownPersons`. */
  person?: number
  documentId?: string
  kind?: 'MDM' | 'ORU'
  body?: 'N1' | 'N3'
  /** Mail addresses, each a professional's. */
  to?: string[]
  flags?: LetterMessage['flags']
  at?: Date
  /** Last change to the CDA text before it is wrapped. */
  edit?: (cda: string) => string
}

export interface Letter {
  bytes: Uint8Array
  cda: string
  documentId: string
  ins: string
  ipp: string
}

export const newDocumentId = (): string => `2.25.${BigInt(`0x${crypto.randomUUID().replaceAll('-', '')}`)}`

/** The first of as many numbers of persons as a file of tests needs, which no other meets on the same stack. */
export const ownPersons = (): number => 1_000_000_000 + Math.floor(Math.random() * 200_000_000_000)

/** A 15-digit test matricule with a right key. */
export function testIns(person: number): string {
  const thirteen = 2_790_351_000_000n + BigInt(person)
  return `${thirteen}${String(97n - (thirteen % 97n)).padStart(2, '0')}`
}

export function letterOf(letter: LetterOf): Letter {
  const { controlId, person = 1, documentId = newDocumentId(), kind = 'MDM', body = 'N3', to = ['dr.modele@exemple.medecin.mssante.fr'] } = letter
  const at = letter.at ?? new Date()
  const ins = testIns(person)
  const ipp = `IPP-T${person}`
  const personal = (text: string): string =>
    text.replaceAll(LETTER.ins.value, ins).replaceAll(LETTER.ipp.value, ipp).replaceAll(LETTER.stay.value, `V-T${person}`)
  const written = personal((body === 'N3' ? writeStructuredLetter : writeUnstructuredLetter)({ documentId, at }))
  const cda = letter.edit?.(written) ?? written
  const recipients = to.map(address => PHYSICIAN.replace(/[^^|]+@[^|]+/, address))
  const message = writeLetterMessage({
    controlId,
    documentId,
    at,
    kind,
    document: cda,
    recipients,
    flags: letter.flags ?? { DESTMSSANTEPS: 'Y', ACK_RECEPTION: 'Y' },
  })
  return { bytes: Buffer.from(personal(Buffer.from(message).toString('utf8')), 'utf8'), cda, documentId, ins, ipp }
}
