/*
  Checks the document against the message that carries it: the same person, the same identifier, the same type.
    PID-3 and recordTarget agree if they share one (root, extension) and contradict each other on no root
    TXA-12 = ClinicalDocument/id, TXA-13 = relatedDocument[@typeCode=RPLC]/parentDocument/id (not of a first transmission)
    two documents are an N1 and an N3, each with its own id
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import type { Ii } from '../../cda/header/header.ts'
import { type CdaOutline, readCdaOutline } from '../../cda/header/header-reader.ts'
import { CDA_LIMITS, readCda } from '../../cda/xml/tree.ts'
import type { Finding } from '../../mapper.ts'
import { type Fault, faultAt } from '../fault.ts'
import { type CarriedDocument, readEntityId } from '../reading/read-transmission.ts'
import type { Action, PersonIdentifier, Transmission } from '../reading/transmission.ts'

/** Reads the header of the document; what cannot be read is a fault at OBX-5.5. */
export function readDocumentHeader(obx: Er7Segment, document: Uint8Array, options: { maxBytes: number; findings: Finding[] }): CdaOutline | Fault {
  try {
    const { header, findings } = readCdaOutline(readCda(document, { ...CDA_LIMITS, maxBytes: options.maxBytes }))
    options.findings.push(...findings)
    return header
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return { ...faultAt(error.code, obx, 5, 5), path: error.path ?? `${obx.path}-5.5` }
  }
}

export function checkDocument(message: Er7Message, header: CdaOutline, options: { transmission: Transmission; findings: Finding[] }): Fault[] {
  const { transmission, findings } = options
  const pid = message.first('PID')
  const faults: Fault[] = []
  if (pid !== undefined && !isSamePerson(transmission.patient.identifiers, header.patient.identifiers)) faults.push(faultAt('document.other_patient', pid, 3))
  const txa = message.first('TXA')
  if (txa !== undefined) faults.push(...checkIdentifiers(txa, header, transmission.action))
  if (header.code.code !== transmission.documentType.code) findings.push({ code: 'document.type-differs', severity: 'warning', path: 'ClinicalDocument/code' })
  if (header.replaces !== undefined && transmission.action === 'create')
    findings.push({ code: 'document.replaces-by-create', severity: 'warning', path: 'ClinicalDocument/relatedDocument' })
  if (transmission.flags.destDmp && header.id.extension !== undefined)
    findings.push({ code: 'dmp.id-extension', severity: 'warning', path: 'ClinicalDocument/id' })
  return faults
}

function isSamePerson(sent: readonly PersonIdentifier[], written: readonly Pick<Ii, 'root' | 'extension'>[]): boolean {
  let isShared = false
  for (const root of new Set(sent.map(identifier => identifier.authority))) {
    const known = new Set(written.flatMap(id => (id.root === root && id.extension !== undefined ? [id.extension.trim()] : [])))
    if (root === '' || known.size === 0) continue
    if (!sent.some(identifier => identifier.authority === root && known.has(identifier.value))) return false
    isShared = true
  }
  return isShared
}

function checkIdentifiers(txa: Er7Segment, header: CdaOutline, action: Action): Fault[] {
  const faults: Fault[] = []
  if (!isSameId(readEntityId(txa, 12), header.id)) faults.push(faultAt('document.other_id', txa, 12))
  const replaced = readEntityId(txa, 13)
  if (replaced === undefined) return faults
  if (header.replaces === undefined || !isSameId(replaced, header.replaces)) return [...faults, faultAt('document.other_id', txa, 13)]
  // A first transmission replaces nothing: the right predecessor is as wrong there as another one, for another reason.
  return action === 'create' ? [...faults, faultAt('hl7v2.incoherent_action', txa, 13)] : faults
}

/** A document as it stands in the message, with its header. */
export interface ReadDocument extends CarriedDocument {
  header: CdaOutline
}

/** The same content as an N1 and as an N3. */
export function checkPair(first: ReadDocument, second: ReadDocument): Fault[] {
  const isPair = first.header.body?.kind === 'structured' && second.header.body?.kind === 'nonXml' && first.header.uniqueId !== second.header.uniqueId
  const behind = first.obx.nth > second.obx.nth ? first.obx : second.obx
  return isPair ? [] : [faultAt('document.pair', behind, 5, 5)]
}

/** A replacement says what it replaces: the CDA itself, or that of its other format. */
export function checkReplacing(documents: readonly ReadDocument[], action: Action): Fault[] {
  if (action !== 'replace' || documents.some(({ header }) => header.replaces !== undefined)) return []
  return documents.slice(0, 1).map(({ obx }) => faultAt('hl7v2.incoherent_action', obx, 11))
}

function isSameId(sent: { root: string; extension?: string } | undefined, written: Pick<Ii, 'root' | 'extension'>): boolean {
  return sent !== undefined && sent.root.toLowerCase() === written.root.toLowerCase() && (sent.extension ?? '') === (written.extension ?? '')
}
