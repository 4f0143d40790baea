/*
  The name of the PDF beside the archive.
    <AAAAMMJJ of the act>_<type, 40 characters>_<NOM>_<prénom>.pdf      ASCII letters, digits, hyphens
*/
import type { CdaHeader } from '../cda/header/header.ts'
import type { Transmission } from '../hl7v2/reading/transmission.ts'
import { cut, toAscii } from './ascii.ts'
import { readMailName } from './person-name.ts'
import { documentLabel } from './subject.ts'

const GIVEN_LENGTH = 40

/** Spec: référentiel socle MSSanté #2, ECO.2.1.6. The optional number of the stay is left out. */
export function writeAttachmentName(header: CdaHeader, transmission: Transmission): string {
  const act = header.serviceEvents[0]?.period
  const day = /^\d{8}/.exec(act?.low ?? act?.value ?? '')?.[0] ?? /^\d{8}/.exec(header.effectiveTime)?.[0]
  const { family, given } = readMailName(header, transmission)
  const parts = [day, documentLabel(header, transmission), family, cut(given, GIVEN_LENGTH)].map(part => safe(part ?? '')).filter(part => part !== '')
  return `${parts.length === 0 ? 'document' : parts.join('_')}.pdf`
}

/** Nothing that a file system, a header or a shell would read as its own. */
function safe(text: string): string {
  return toAscii(text)
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
