/*
  An edition of a plan drawn as PDF/A-1 and, where it may leave the house, written as the CDA N1 around it.
*/
import { type EditionToSign, mapCarePlanToCda } from '../../mappers/care-plan-to-cda/care-plan-to-cda.ts'
import type { Finding } from '../../mappers/mapper.ts'
import type { Readable } from '../../mappers/readable/readable.ts'
import { drawPdf } from './draw-pdf.ts'

/** `source`: what is to be drawn, or the PDF/A-1 that its author wrote. */
export interface SignEdition extends Omit<EditionToSign, 'pdf'> {
  source: Readable | Uint8Array
}

export interface SignedEdition {
  pdf: Uint8Array
  /** Absent for one that stays in the house; `findings` say why. */
  document?: Uint8Array
  findings: Finding[]
}

export async function signEdition({ source, ...edition }: SignEdition): Promise<SignedEdition> {
  const pdf = source instanceof Uint8Array ? source : await drawPdf(source)
  const { output, findings } = mapCarePlanToCda({ ...edition, pdf })
  return { pdf, findings, ...(output === undefined ? {} : { document: output }) }
}
