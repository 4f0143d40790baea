/*
  One accepted movement to one transaction: the stay as all its movements make it, what the person said of the national record, where it all comes from.
    ADT (PAM-FR 2.11) => Patient Organization Location* PractitionerRole* (claims)      Encounter EpisodeOfCare Consent* Provenance (owned)
*/
import type { Consent, Encounter, EpisodeOfCare, Provenance, Reference, Resource } from 'fhir/r4.js'
import { HUB, SYSTEM } from '../../profiles/canonicals.ts'
import { type Er7Message, readEr7 } from '../../profiles/hl7v2/er7.ts'
import { isFiness } from '../../profiles/identity.ts'
import { OID } from '../../profiles/oids.ts'
import { ReadTracker } from '../cda/xml/tracker.ts'
import { toLegalTime } from '../cda/timestamps.ts'
import { adtTriggerOf } from '../hl7v2/adt/adt-trigger.ts'
import type { Movement } from '../hl7v2/adt/movement.ts'
import { type DmpChoice, readDmpChoices } from '../hl7v2/adt/read-consent.ts'
import { readMovement } from '../hl7v2/adt/read-movement.ts'
import type { Recorded } from '../hl7v2/adt/timeline.ts'
import { locateZbe } from '../hl7v2/adt/zbe.ts'
import { trimmed } from '../hl7v2/reading/read-patient.ts'
import type { MapContext, Mapped } from '../mapper.ts'
import { Cast } from '../transmission-to-transaction/cast.ts'
import { derivedId } from '../transmission-to-transaction/derived-id.ts'
import type { Claim } from '../transmission-to-transaction/transaction.ts'
import { mapDmpChoice } from './consent.ts'
import { mapStayToEncounter, mapStayToEpisodeOfCare } from './encounter.ts'
import { mapPidToPerson } from './pid-person.ts'
import { sentencesOf } from './sentences.ts'
import { stayOf, type Stay } from './stay.ts'

export const MOVEMENT_MAPPING_VERSION = 1

export interface MovementInput {
  bytes: Uint8Array
  messageId: string
  /** Id of the Encounter. */
  stay: string
  /** Every accepted movement of the stay. */
  records: readonly Recorded[]
  sender: { id: string; finess?: string }
  zbe: 'strict' | 'lenient'
}

export interface MovementTransaction {
  encounter: Encounter & { id: string }
  episode: EpisodeOfCare & { id: string }
  provenance: Provenance & { id: string }
  /** Under candidate ids; stored only if nothing newer was said. */
  consents: { choice: DmpChoice; resource: Consent & { id: string } }[]
  claims: Claim[]
  patientClaim: Claim
  /** What whoever may know everything is told of this movement. */
  sentences: string[]
}

/**
 * Out:    undefined where no movement of the stay was ever inserted.
 * Spec:   hl7v2-mssante.md 4; fhir-fr.md 2.5, 2.7.
 */
export function mapMovementToTransaction(input: MovementInput, ctx: MapContext): Mapped<MovementTransaction | undefined> {
  let listener = (_: string): void => undefined
  const message = readEr7(input.bytes, { onRead: path => listener(path) })
  const tracker = new ReadTracker(path => ctx.recorder.read(path))
  listener = path => tracker.read(path)
  const zbe = locateZbe(message, input.zbe)
  const movement = readMovement(message, { trigger: adtTriggerOf(message), zbe, tracker })
  // What this message says is read from it, so that its lineage says where.
  const told = (one: Recorded): Recorded => (one.messageId === input.messageId ? { ...one, startsAt: movement.startsAt, content: movement.content } : one)
  const stay = ctx.element('Encounter', () => stayOf(input.records.map(told)))
  const output = stay === undefined ? undefined : transactionOf(message, { input, told: movement, stay }, ctx)
  return { output, findings: ctx.findings, lineage: ctx.recorder.lineage(), unread: ctx.recorder.unread(message.leafPaths()) }
}

function transactionOf(message: Er7Message, { input, told, stay }: { input: MovementInput; told: Movement; stay: Stay }, ctx: MapContext): MovementTransaction {
  const cast = new Cast(ctx, input.stay)
  const { claim: patientClaim } = mapPidToPerson(message, { pid: message.first('PID'), otherwise: `${told.visit.system}|${told.visit.value}` }, ctx)
  const patient = { reference: `Patient/${patientClaim.id}` }
  const structure = structureOf(message, { sender: input.sender, stay, cast })
  const parts = { id: input.stay, stay, visit: told.visit, cast, patient, structure }
  const encounter = mapStayToEncounter(parts, ctx)
  const episode = mapStayToEpisodeOfCare(parts)
  const consents = ctx.element('Consent.provision', () =>
    readDmpChoices(message).map(choice => ({ choice, resource: mapDmpChoice(choice, { id: ctx.newId(), patient, structure }) })),
  )
  const made = [encounter, episode, ...consents.map(one => one.resource)]
  return {
    encounter,
    episode,
    consents,
    provenance: provenanceOf(message, { input, told, structure, made }, ctx),
    claims: [patientClaim, ...cast.claims],
    patientClaim,
    sentences: sentencesOf(told, structure.display),
  }
}

/** The establishment: as the configuration knows the sender, else the FINESS or OID that numbers its stays and units, else the sender itself. */
function structureOf(message: Er7Message, { sender, stay, cast }: { sender: MovementInput['sender']; stay: Stay; cast: Cast }): Reference {
  const msh = message.first('MSH')
  const { content } = stay
  const name = content.place?.facilityName ?? trimmed(msh, 4) ?? sender.id
  const authorities = [content.place?.facility, trimmed(message.first('PV1'), 19, 1, 4, 2), content.medicalUnit?.authority, trimmed(msh, 4, 1, 2)]
  const finess = sender.finess ?? authorities.find(text => isFiness(text ?? ''))
  if (finess !== undefined) {
    const organization = { ids: [{ root: OID.structure, extension: `1${finess}`, path: 'PV1-3.4' }], name, telecoms: [], addresses: [] }
    const known = cast.structure(organization, 'PV1-3.4')
    if (known !== undefined) return known
  }
  const system = `${HUB}NamingSystem/emetteur`
  const known = cast.known('Organization', [{ system, value: sender.id }], 'MSH-4', id => ({
    resourceType: 'Organization',
    id,
    identifier: [{ system, value: sender.id }],
    name,
  }))
  return { reference: `Organization/${known.resource.id ?? ''}`, display: name }
}

interface Origin {
  input: MovementInput
  told: Movement
  structure: Reference
  made: (Resource & { id: string })[]
}

/** One per message: who told it, when, what it changed. */
function provenanceOf(message: Er7Message, { input, told, structure, made }: Origin, ctx: MapContext): Provenance & { id: string } {
  const agent = (code: string, who: Reference) => ({ type: { coding: [{ system: SYSTEM.provenanceParticipant, code }] }, who })
  return {
    resourceType: 'Provenance',
    id: derivedId('Provenance', input.messageId, ''),
    target: made.map(({ resourceType, id }) => ({ reference: `${resourceType}/${id}` })),
    occurredDateTime: toLegalTime(told.recordedAt),
    recorded: ctx.now.toISOString(),
    activity: {
      coding: [
        { system: SYSTEM.v3DataOperation, code: told.kind === 'insert' ? 'CREATE' : 'UPDATE' },
        { system: SYSTEM.hubMapping, code: `adt-to-transaction-${MOVEMENT_MAPPING_VERSION}` },
      ],
    },
    agent: [
      agent('author', structure),
      agent('assembler', { identifier: { system: `${HUB}NamingSystem/software`, value: 'e-parcours-hub' }, display: 'e-parcours hub' }),
    ],
    entity: [
      {
        role: 'source',
        what: { identifier: { system: `${HUB}NamingSystem/message`, value: input.messageId }, display: `ADT ${trimmed(message.first('MSH'), 9, 1, 2) ?? ''}` },
      },
    ],
  }
}
