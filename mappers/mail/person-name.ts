/*
  The name by which a mail speaks of the person: that of birth, as INSi knows it; the used one, or that of the message, when the header has none.
*/
import type { CdaHeader } from '../cda/header/header.ts'
import type { Transmission } from '../hl7v2/reading/transmission.ts'
import { cut, toAscii, toLine } from './ascii.ts'

const NAME_LENGTH = 60

export interface MailName {
  /** Upper case ASCII. */
  family: string
  given: string
}

export function readMailName(header: CdaHeader, transmission: Transmission): MailName {
  const { patient } = header
  const said = transmission.patient.names.find(name => name.family !== '') ?? transmission.patient.names[0]
  return {
    family: cut(toAscii(patient.birthFamily ?? patient.usedFamily ?? said?.family ?? '').toUpperCase(), NAME_LENGTH),
    given: cut(toLine(patient.firstBirthGiven ?? patient.usedGiven ?? said?.given ?? ''), NAME_LENGTH),
  }
}
