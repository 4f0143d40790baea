/*
  What the resources of one document have in common: the document, its people, the person, the stay.
*/
import type { Reference } from 'fhir/r4.js'
import type { CdaHeader } from '../cda/header/header.ts'
import type { Cda } from '../cda/xml/tree.ts'
import type { Cast } from './cast.ts'

export interface Scene {
  cda: Cda
  header: CdaHeader
  /** The id of its index card. */
  card: string
  cast: Cast
  patient: Reference
  encounter: Reference
  authors: Reference[]
  authenticator: Reference | undefined
  custodian: Reference | undefined
  isPreliminary: boolean
}
