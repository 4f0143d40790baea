/*
  The mappers of the hub: what each turns into what, by which specification and version.
*/
import { mapDocument } from './transmission-to-transaction/map-document.ts'
import { MAPPING_VERSION } from './transmission-to-transaction/provenance.ts'
import type { Transaction } from './transmission-to-transaction/transaction.ts'
import type { Mapper } from './mapper.ts'

export const transmissionToTransaction: Mapper<Uint8Array, Transaction> = {
  from: 'hl7v2 2.1^CISIS_CDA_HL7_V2 with a CDA R2',
  to: 'FHIR R4 transaction',
  spec: 'CI-SIS "Transmission de documents CDA R2 en HL7v2" 2.1; cda.md 1, 6; fhir-fr.md 1',
  version: MAPPING_VERSION,
  map: mapDocument,
}
