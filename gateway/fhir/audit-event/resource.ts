/*
  One entry of the audit as an AuditEvent (tde-auditevent): who, what, when, why, from where, how it ended; never a name.
  Source: fhir-fr.md 2.7, 4.5.
*/
import type { AuditEvent, AuditEventAgent, AuditEventEntity } from 'fhir/r4.js'
import { HUB, PROFILE, SYSTEM } from '../../../profiles/canonicals.ts'
import { ERRORS } from '../../../profiles/errors.ts'
import { type AuditRow, HUMAN_ROLE, SOFTWARE_ROLE } from '../../ledger/audit/audit-search.ts'

const INTERACTIONS: Record<string, { code: string; action: AuditEvent['action'] }> = {
  read: { code: 'read', action: 'R' },
  vread: { code: 'vread', action: 'R' },
  diff: { code: 'read', action: 'R' },
  search: { code: 'search-type', action: 'E' },
  history: { code: 'history', action: 'R' },
  everything: { code: 'read', action: 'E' },
  create: { code: 'create', action: 'C' },
  update: { code: 'update', action: 'U' },
  patch: { code: 'patch', action: 'U' },
  delete: { code: 'delete', action: 'D' },
  transaction: { code: 'transaction', action: 'E' },
  batch: { code: 'batch', action: 'E' },
  validate: { code: 'operation', action: 'E' },
}

const WELL = ['shown', 'written', 'granted', 'done', 'delivered', 'sent']

/** In: `showsReason`: the reader is the privacy officer; what a professional wrote in his own words is for nobody else. */
export function toAuditEvent(row: AuditRow, { showsReason }: { showsReason: boolean }): AuditEvent & { id: string } {
  const at = row.at.toISOString()
  const [area, name = ''] = row.action.split('.')
  const interaction = area === 'fhir' ? INTERACTIONS[name] : undefined
  return {
    resourceType: 'AuditEvent',
    id: row.id,
    meta: { profile: [PROFILE.auditEvent] },
    type:
      interaction === undefined
        ? { system: `${HUB}CodeSystem/hub-cs-audit`, code: row.action }
        : { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
    ...(interaction === undefined ? {} : { subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: interaction.code }] }),
    action: interaction?.action ?? 'E',
    period: { start: at },
    recorded: at,
    outcome: outcomeOf(row.outcome),
    ...(WELL.includes(row.outcome) ? {} : { outcomeDesc: row.outcome }),
    ...purposeIn(row, showsReason),
    agent: agentsOf(row),
    source: { observer: { identifier: { system: `${HUB}NamingSystem/hub-process`, value: row.writer } } },
    entity: entitiesOf(row),
  }
}

function purposeIn({ purpose, reason }: AuditRow, showsReason: boolean): Pick<AuditEvent, 'purposeOfEvent'> {
  if (purpose === null) return {}
  const coding = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: purpose }]
  return { purposeOfEvent: [{ coding, ...(showsReason && reason !== null ? { text: reason } : {}) }] }
}

/** 4: the caller has to change something; 8: it failed. */
function outcomeOf(outcome: string): NonNullable<AuditEvent['outcome']> {
  if (WELL.includes(outcome)) return '0'
  const known = Object.hasOwn(ERRORS, outcome) ? ERRORS[outcome as keyof typeof ERRORS] : undefined
  return known === undefined || known.http < 500 ? '4' : '8'
}

/** The human first, where there is one; the software and its structure asked for him. */
function agentsOf({ actor, structure, human, address }: AuditRow): AuditEventAgent[] {
  const network = address === null ? {} : { network: { address, type: '2' as const } }
  const ofStructure = { system: structure?.length === 9 ? SYSTEM.finess : SYSTEM.idNatSt, value: structure ?? '' }
  const who = structure === null ? { system: `${HUB}NamingSystem/client`, value: actor } : ofStructure
  const software: AuditEventAgent = { altId: actor, role: [role(SOFTWARE_ROLE)], who: { identifier: who }, requestor: human === null, ...network }
  if (human === null) return [software]
  return [
    {
      role: [role(HUMAN_ROLE)],
      who: human.includes('/') ? { reference: human } : { identifier: { system: SYSTEM.idNatPs, value: human } },
      altId: human,
      requestor: true,
    },
    software,
  ]
}

const role = (code: string) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/extra-security-role-type', code }] })

const entityType = (code: string) => ({ type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code } })

function entitiesOf({ patients, object, requestId, level, rule }: AuditRow): AuditEventEntity[] {
  const persons = patients.map(reference => ({
    what: { reference },
    ...entityType('1'),
    role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1' },
  }))
  const isResource = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.test(object) && !patients.includes(object)
  const decided = [...(level === null ? [] : [{ type: 'level', valueString: level }]), ...(rule === null ? [] : [{ type: 'rule', valueString: rule }])]
  return [
    ...persons,
    ...(isResource
      ? [{ what: { reference: object }, ...entityType('2') }]
      : object === '' || patients.includes(object)
        ? []
        : [{ what: { display: object }, ...entityType('2') }]),
    ...(requestId === null
      ? []
      : [
          {
            what: { identifier: { system: `${HUB}NamingSystem/request-id`, value: requestId } },
            ...entityType('4'),
            ...(decided.length === 0 ? {} : { detail: decided }),
          },
        ]),
  ]
}
