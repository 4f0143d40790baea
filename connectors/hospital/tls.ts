/*
  Reads the certificate, key and authorities of the configuration.
*/
import { readFileSync } from 'node:fs'
import type { SecureContextOptions } from 'node:tls'
import { HubError } from '../../profiles/errors.ts'
import { authoritiesIn, revokedIn } from '../trust.ts'
import type { HospitalConfig } from './config.ts'

/** Throws: config.invalid at the field whose file cannot be read. */
export function readTls({ certFile, keyFile, caFile, crlFile }: NonNullable<HospitalConfig['tls']>): SecureContextOptions {
  return {
    cert: reading('certFile', () => readFileSync(certFile)),
    key: reading('keyFile', () => readFileSync(keyFile)),
    ...reading('caFile', () => authoritiesIn(caFile)),
    ...reading('crlFile', () => revokedIn(crlFile)),
  }
}

function reading<T>(field: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new HubError('config.invalid', { path: `connectors.hospital.tls.${field}`, cause })
  }
}
