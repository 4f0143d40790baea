/*
  Where the resources of a document come from: who wrote, signed and entered it, that the hub assembled it, by which version of the mapping, from which bytes.
*/
import type { Provenance, ProvenanceAgent, Reference } from 'fhir/r4.js'
import { HUB, SYSTEM } from '../../profiles/canonicals.ts'
import { only, toIdentifier } from '../cda/datatypes.ts'
import { toDateTime } from '../cda/timestamps.ts'
import type { MapContext } from '../mapper.ts'
import { derivedId } from './derived-id.ts'
import type { Scene } from './scene.ts'

export const MAPPING_VERSION = 2

/** `targets` is asked once everyone has been named: the agents may be resources of the document themselves. */
export function mapProvenance(parts: Scene & { targets: () => string[]; source: string }, ctx: MapContext): Provenance & { id: string } {
  const { header } = parts
  const [author] = header.authors
  const agent = ctx.element('Provenance.agent', () => agentsOf(parts))
  return {
    resourceType: 'Provenance',
    id: derivedId('Provenance', header.uniqueId, ''),
    target: parts.targets().map(reference => ({ reference })),
    ...ctx.element('Provenance.occurred', () => only('occurredDateTime', toDateTime(author?.time?.value ?? author?.time?.low))),
    recorded: ctx.now.toISOString(),
    activity: {
      coding: [
        { system: SYSTEM.v3DataOperation, code: 'CREATE' },
        { system: SYSTEM.hubMapping, code: `transmission-to-transaction-${MAPPING_VERSION}` },
      ],
    },
    agent,
    entity: [{ role: 'source', what: { reference: parts.source, identifier: toIdentifier(header.id) } }],
  }
}

function agentsOf({ header, cast, authors, custodian }: Scene): ProvenanceAgent[] {
  const agent = (code: string, who: Reference | undefined): ProvenanceAgent[] =>
    who === undefined
      ? []
      : [{ type: { coding: [{ system: SYSTEM.provenanceParticipant, code }] }, who, ...only('onBehalfOf', code === 'author' ? custodian : undefined) }]
  const informants = header.informants.filter(({ classCode }) => classCode === undefined)
  return [
    ...authors.flatMap(author => agent('author', author)),
    ...agent('legal', cast.reference(header.legalAuthenticator?.entity)),
    ...header.authenticators.flatMap(({ entity }) => agent('attester', cast.reference(entity))),
    ...informants.flatMap(({ entity }) => agent('informant', cast.reference(entity))),
    ...agent('enterer', cast.reference(header.dataEnterer?.entity)),
    ...agent('assembler', { identifier: { system: `${HUB}NamingSystem/software`, value: 'e-parcours-hub' }, display: 'e-parcours hub' }),
  ]
}
