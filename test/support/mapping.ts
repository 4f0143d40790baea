/*
  What a mapper borrows from the gateway, and a whole mapping of a CDA, for tests.
*/
import { readCdaHeader } from '../../mappers/cda/header/header-reader.ts'
import { CDA_LIMITS, readCda } from '../../mappers/cda/xml/tree.ts'
import { Recorder } from '../../mappers/lineage.ts'
import type { MapContext, Mapped } from '../../mappers/mapper.ts'
import { mapTransmissionToTransaction } from '../../mappers/transmission-to-transaction/map-transmission.ts'
import type { VersionStanding } from '../../mappers/transmission-to-transaction/standing.ts'
import type { Transaction } from '../../mappers/transmission-to-transaction/transaction.ts'
import { type TransmissionChange, transmissionOf } from './transmission.ts'

export const NOW = new Date('2026-06-02T12:30:00Z')

export function contextOf(environment: MapContext['environment'] = 'test', now = NOW): MapContext {
  const recorder = new Recorder()
  let given = 0
  const newId = () => `00000000-0000-4000-8000-${String(++given).padStart(12, '0')}`
  return { now, newId, environment, recorder, findings: [], element: (path, build) => recorder.element(path, build) }
}

/** Maps a CDA as if a message with the same patient identifiers had brought it. */
export function mapCda(document: Uint8Array, change: TransmissionChange = {}, ctx = contextOf(), standing?: VersionStanding): Mapped<Transaction> {
  const cda = readCda(document, CDA_LIMITS, path => ctx.recorder.read(path))
  const { header, findings } = readCdaHeader(cda)
  ctx.findings.push(...findings)
  const identifiers = header.patient.identifiers.map(({ root, extension }) => ({ value: extension ?? '', authority: root }))
  const patient = { identifiers, identityStatus: ['VALI'], names: [] }
  return mapTransmissionToTransaction(
    { transmission: transmissionOf(document, { patient, ...change }), cda, header, ...(standing === undefined ? {} : { standing }) },
    ctx,
  )
}

export function resourcesOf<T>(mapped: Mapped<Transaction>, type: string): T[] {
  const { owned, claims } = mapped.output
  return [...owned, ...claims].map(one => one.resource).filter(resource => resource.resourceType === type) as T[]
}

export function codesOf(mapped: Mapped<Transaction>): string[] {
  return mapped.findings.map(finding => finding.code)
}
