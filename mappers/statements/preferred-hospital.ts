/*
  The hospital a person prefers (11302-7, E3.97): proposed for the circle, as what a header names; it opens no access.
    act INT => participant RCV | ORG | DST { participantRole { id* addr telecom playingEntity { name } } }
*/
import type { CareTeam, CareTeamParticipant } from 'fhir/r4.js'
import { tre } from '../../profiles/oids.ts'
import { only } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { readAddresses, readIis, readTelecoms } from '../cda/read-datatypes.ts'
import { toDateTime } from '../cda/timestamps.ts'
import { FILLER, type Made, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isNegated } from './values/negation.ts'
import { fr, pcc } from './frame/templates.ts'

const PREFERRED = '11302-7'

function mapPreferred(statement: CdaElement, at: StatementScene): Made {
  const participant = isNegated(statement) ? [] : at.part('participant', () => membersOf(statement, at))
  if (participant.length === 0) return FILLER
  const team: CareTeam & { id: string } = {
    ...at.base('CareTeam', statement),
    ...identifiersOf(statement),
    status: 'proposed',
    name: 'Établissement de santé de préférence',
    subject: at.patient,
    period: { start: toDateTime(at.header.effectiveTime) ?? at.ctx.now.toISOString() },
    participant,
  }
  return { resources: [team] }
}

/** The same hospital is named once for each role it would have. */
function membersOf(statement: CdaElement, at: StatementScene): CareTeamParticipant[] {
  const role = { coding: [{ system: tre('R260-HL7RoleClass'), code: 'PROV' }], text: 'Établissement de santé de préférence' }
  const members = statement.all('participant').flatMap(one => hospitalOf(one.child('participantRole'), at) ?? [])
  return members
    .filter((member, index) => members.findIndex(({ reference }) => reference === member.reference) === index)
    .map(member => ({ role: [role], member }))
}

function hospitalOf(role: CdaElement | undefined, at: StatementScene): CareTeamParticipant['member'] {
  if (role === undefined) return undefined
  const name = role.at('playingEntity', 'name')?.line()
  const ids = readIis(role)
  if (name === undefined && ids.length === 0) return undefined
  return at.cast.structure({ ids, ...only('name', name), telecoms: readTelecoms(role), addresses: readAddresses(role) }, role.path)
}

export const preferredHospitalRules: StatementRule[] = [
  { name: 'E3.97 preferred hospital', version: 1, templates: [fr('97'), pcc('1.10.4.2')], kinds: ['act'], sections: [PREFERRED], map: mapPreferred },
]
