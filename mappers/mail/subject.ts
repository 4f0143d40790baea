/*
  The subject of a mail that carries an archive.
    XDM/1.0/DDM+<libellé, 40 characters> <NOM> <prénom> [<JJ/MM/AAAA>]
*/
import type { CdaHeader } from '../cda/header.ts'
import type { Transmission } from '../hl7v2/transmission.ts'
import { cut, toLine } from './ascii.ts'
import { readMailName } from './person-name.ts'

const LABEL_LENGTH = 40

/**
 * Writes the subject; encoding it for the header is the connector's.
 * Out:  one line, without control characters; parts that are unknown are left out.
 * Spec: référentiel socle MSSanté #2, ECO.2.1.3.
 */
export function writeSubject(header: CdaHeader, transmission: Transmission): string {
  const { family, given } = readMailName(header, transmission)
  const parts = [documentLabel(header, transmission), family, given, birthDate(header)].filter(part => part !== undefined && part !== '')
  return `XDM/1.0/DDM+${parts.join(' ')}`
}

/** The label of the document type as the CDA writes it. */
export function documentLabel(header: CdaHeader, transmission: Transmission): string {
  return cut(toLine(header.code.display ?? transmission.documentType.display), LABEL_LENGTH)
}

function birthDate(header: CdaHeader): string | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})/.exec(header.patient.birthTime ?? '')
  return match === null ? undefined : `${match[3]}/${match[2]}/${match[1]}`
}
