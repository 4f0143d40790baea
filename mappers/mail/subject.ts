/*
  The subject of a mail that carries an archive.
    XDM/1.0/DDM+<libellé, 40 characters | n documents> <NOM> <prénom> [<JJ/MM/AAAA>]
*/
import type { CdaHeader } from '../cda/header/header.ts'
import { toDate } from '../cda/timestamps.ts'
import type { Transmission } from '../hl7v2/reading/transmission.ts'
import { cut, toLine } from './ascii.ts'
import { readMailName } from './person-name.ts'

const LABEL_LENGTH = 40

/**
 * Writes the subject; encoding it for the header is the connector's.
 * Out:  one line, without control characters; parts that are unknown are left out.
 * Spec: référentiel socle MSSanté #2, ECO.2.1.3.
 */
export function writeSubject(documents: readonly [{ header: CdaHeader }, ...{ header: CdaHeader }[]], transmission: Transmission): string {
  const [{ header }] = documents
  const label = documents.length === 1 ? documentLabel(header, transmission) : `${documents.length} documents`
  const { family, given } = readMailName(header, transmission)
  const parts = [label, family, given, birthDate(header)].filter(part => part !== undefined && part !== '')
  return `XDM/1.0/DDM+${parts.join(' ')}`
}

/** The label of the document type as the CDA writes it. */
export function documentLabel(header: CdaHeader, transmission: Transmission): string {
  return cut(toLine(header.code.display ?? transmission.documentType.display), LABEL_LENGTH)
}

function birthDate(header: CdaHeader): string | undefined {
  const day = toDate(header.patient.birthTime)
  return day?.length === 10 ? day.split('-').reverse().join('/') : undefined
}
