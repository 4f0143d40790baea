/*
  The hospital connector: HL7v2 over MLLP, both ways.
*/
import type { Connector } from '../connector.ts'
import { config, type HospitalConfig } from './config.ts'
import { receive } from './receive.ts'
import { send } from './send.ts'
import { readTls } from './tls.ts'
import type { HospitalPayload } from './wire.ts'

export const connector = {
  name: 'hospital',
  config,
  receive,
  send,
  check,
} satisfies Connector<HospitalConfig, HospitalPayload>

/** Our certificates can be read. Hospitals themselves are known one by one, by the deliveries they get. */
async function check({ tls }: HospitalConfig): Promise<void> {
  if (tls !== undefined) readTls(tls)
}
