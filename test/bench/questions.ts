/*
  What the monitor is asked at millions of flows: each search as the parameters of its address, and the share of times below which they lie.
*/
import { LOADED_DAYS } from './load-flows.ts'

const DAY_MS = 86_400_000
/** Numbers of flows that lie far apart. */
const APART = 99_713

/** The parameters of a search; `n` tells repetitions apart that must not find the same. */
export type Question = (n: number) => string

export const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString()
/** In all that is loaded. */
const all =
  (parameters: string): Question =>
  () =>
    `from=${daysAgo(LOADED_DAYS)}${parameters}`

export const SEARCHES: Readonly<Record<string, Question>> = {
  'of 24 hours': () => '',
  'by control id': n => `controlId=LOAD-${1 + n * APART}`,
  'by document id': n => `documentId=urn:oid:1.2.250.1.213.1.4.10.${1 + n * APART}`,
  'of 13 months': all(''),
  'by sender': all('&partner=load-3'),
  'by recipient': all('&partner=ch-nord.mssante.fr&direction=out'),
  'by partner, either way': all('&partner=ch-nord.mssante.fr'),
  'by document type': all('&documentType=57133-1'),
  'by status': all('&status=refused'),
  'by error code': all('&code=mssante.refused'),
  'by finding': all('&finding=ins.missing'),
  'by place': all('&path=PID-3'),
  'by kind of message': all('&kind=identity'),
  'by channel, a month': () => `from=${daysAgo(60)}&to=${daysAgo(30)}&kind=platform`,
  'by territory': all('&territory=35238'),
  'parked ones': () => 'status=parked',
  'queued ones': all('&status=received'),
  'by code of what is parked': all('&code=hub.defect'),
  'by code of what waits': all('&code=store.unavailable'),
  'by code of deliveries that wait': all('&code=mssante.deferred'),
  'by code and place of what is parked': all('&code=hub.defect&path=OBX-5'),
  'by Message-ID': all('&messageId=nobody.sent.it'),
  'by nothing that is there': all('&code=nobody.said'),
  'by recipient and document type': all('&partner=ch-nord.mssante.fr&direction=out&documentType=57133-1'),
  'by sender and document type': all('&sender=load-3&documentType=57133-1'),
  'by channel and error code': all('&kind=mssante&code=mssante.refused'),
  'by finding and place': all('&finding=ins.missing&path=PID-3'),
  'by territory and document type': all('&territory=35238&documentType=57133-1'),
  'by territory and recipient': all('&territory=35238&partner=ch-nord.mssante.fr&direction=out'),
  'by status and document type': all('&status=refused&documentType=57133-1'),
  'by sender and error code, none': all('&sender=mail-operator&code=hl7v2.table_value'),
  'by channel and finding': all('&kind=platform&finding=control-id.reused'),
}

export const share = (times: readonly number[], part: number): number => [...times].sort((one, other) => one - other)[Math.floor(times.length * part)] ?? 0
