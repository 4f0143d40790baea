/*
  The CDA header ("structuration minimale"), as read: every document kind, N1 and N3.
*/
import type { Base64Run } from '../base64.ts'

export interface Ii {
  root: string
  extension?: string
  path: string
}
export interface Code {
  code?: string
  system?: string
  systemName?: string
  display?: string
  originalText?: string
  nullFlavor?: string
}
export interface Telecom {
  value: string
  use?: string
}
export interface PostalAddress {
  use?: string
  lines: string[]
  city?: string
  postalCode?: string
  country?: string
  county?: string
}
export interface PersonName {
  family?: string
  given: string[]
  prefix?: string
  suffix?: string
}
export interface Period {
  low?: string
  high?: string
  value?: string
}

export interface PatientTraits {
  identifiers: Ii[]
  birthFamily?: string
  /** given[@qualifier='BR'] */
  firstBirthGiven?: string
  /** given without qualifier: the whole list, one string. */
  birthGivenList?: string
  usedFamily?: string
  usedGiven?: string
  /** M F UN U … as written */
  gender?: Code
  /** TS as written, YYYYMMDD or shorter. */
  birthTime?: string
  /** COG code of the birth place (county). */
  birthPlaceCode?: string
  birthPlaceName?: string
  addresses: PostalAddress[]
  telecoms: Telecom[]
  deceased?: boolean | string
  multipleBirth?: boolean | number
}

export interface Organization {
  ids: Ii[]
  name?: string
  telecoms: Telecom[]
  addresses: PostalAddress[]
  sector?: Code
}
export interface AssignedEntity {
  ids: Ii[]
  code?: Code
  person?: PersonName
  device?: { model?: string; software?: string }
  organization?: Organization
  telecoms: Telecom[]
  addresses: PostalAddress[]
  path: string
}
export interface Participation {
  typeCode?: string
  /** ECON NOK CON CAREGIVER PAT PROV AGNT … */
  classCode?: string
  functionCode?: Code
  time?: Period
  entity: AssignedEntity
}

export interface CdaHeader {
  id: Ii
  /** `urn:oid:…` | `urn:uuid:…` | `<root>^<extension>`: unique text form of the id. */
  uniqueId: string
  setId?: Ii
  versionNumber?: number
  templateIds: string[]
  code: Code
  title: string
  effectiveTime: string
  confidentiality?: Code
  language?: string
  patient: PatientTraits
  guardians: { person?: PersonName; organization?: Organization; ids: Ii[]; code?: Code; telecoms: Telecom[]; addresses: PostalAddress[]; path: string }[]
  authors: Participation[]
  dataEnterer?: Participation
  informants: Participation[]
  custodian: Organization
  legalAuthenticator?: Participation
  authenticators: Participation[]
  recipients: Participation[]
  participants: Participation[]
  orders: { ids: Ii[]; accession?: Ii }[]
  serviceEvents: { ids: Ii[]; code?: Code; period?: Period; status?: string; performers: AssignedEntity[]; path: string }[]
  replaces?: Ii
  encounter?: {
    ids: Ii[]
    code?: Code
    period?: Period
    disposition?: Code
    responsible?: AssignedEntity
    participants: Participation[]
    facility?: { code?: Code; ids: Ii[]; name?: string; organization?: Organization }
  }
  /** N1: the one body. */
  body?: { kind: 'nonXml'; mediaType: string; base64: string | Base64Run } | { kind: 'structured' }
  /** The CDA stood inside an xsl:stylesheet. */
  selfPresenting: boolean
}
