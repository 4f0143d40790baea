/*
  Who wrote, signed and keeps a document we write.
    author => time assignedAuthor(id assignedPerson representedOrganization)      custodian => id name
    legalAuthenticator => time signatureCode S assignedEntity(id assignedPerson representedOrganization)
  Spec: cda.md 6.4, 1.3 (PS_IdNat, Struct_IdNat).
*/
import { OID } from '../../profiles/oids.ts'
import { element, textElement } from './xml.ts'

export interface Signatory {
  /** 11 digits. */
  rpps: string
  family: string
  given?: string
  structure?: Structure
}

export interface Structure {
  /** 9 characters. */
  finess: string
  name?: string
}

export function writeAuthor(signatory: Signatory, time: string): string {
  return element('author', {}, [element('time', { value: time }), element('assignedAuthor', {}, entityOf(signatory))])
}

export function writeLegalAuthenticator(signatory: Signatory, time: string): string {
  return element('legalAuthenticator', {}, [
    element('time', { value: time }),
    element('signatureCode', { code: 'S' }),
    element('assignedEntity', {}, entityOf(signatory)),
  ])
}

export function writeCustodian(structure: Structure): string {
  return element('custodian', {}, [element('assignedCustodian', {}, [element('representedCustodianOrganization', {}, structureOf(structure))])])
}

/** The one who did what the document tells of; the setting of practice stands in his structure. */
export function writePerformer(signatory: Signatory, setting: string): string {
  const structure = element('representedOrganization', {}, [...(signatory.structure === undefined ? [] : structureOf(signatory.structure)), setting])
  return element('performer', { typeCode: 'PRF' }, [element('assignedEntity', {}, [idOf(signatory), personOf(signatory), structure])])
}

function entityOf(signatory: Signatory): (string | undefined)[] {
  const { structure } = signatory
  return [idOf(signatory), personOf(signatory), structure === undefined ? undefined : element('representedOrganization', {}, structureOf(structure))]
}

const idOf = ({ rpps }: Signatory): string => element('id', { root: OID.professional, extension: `8${rpps}` })

const personOf = ({ family, given }: Signatory): string =>
  element('assignedPerson', {}, [element('name', {}, [textElement('family', family), textElement('given', given)])])

const structureOf = ({ finess, name }: Structure): (string | undefined)[] => [
  element('id', { root: OID.structure, extension: `1${finess}` }),
  textElement('name', name),
]
