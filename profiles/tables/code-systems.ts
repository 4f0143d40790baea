/*
  The FHIR system of a code in a clinical statement, by the OID of its code system. Source: cda.md 6.2; what stands in no table is `urn:oid:…`.
  The roles of HL7 have two names: a header names actors, whose French profiles bind the national copies (oids.ts); a statement is international.
*/
import { OID, uriOfOid } from '../oids.ts'

const V3 = 'http://terminology.hl7.org/CodeSystem/v3-'

const OF_STATEMENTS: ReadonlyMap<string, string> = new Map([
  [OID.participationFunction, `${V3}ParticipationFunction`],
  [OID.roleClass, `${V3}RoleClass`],
  [OID.roleCode, `${V3}RoleCode`],
])

/** Undefined when the text is no OID at all. */
export function systemOfCode(oid: string | undefined): string | undefined {
  return OF_STATEMENTS.get(oid ?? '') ?? uriOfOid(oid)
}
