/*
  Reads the certificate, key and authorities of the configuration.
*/
import { readFileSync } from 'node:fs'
import { HubError } from '../../profiles/errors.ts'
import { revokedIn } from '../revoked.ts'
import type { HospitalConfig } from './config.ts'

export interface TlsMaterial {
  cert: Buffer
  key: Buffer
  ca: Buffer
  crl?: string[]
}

/** Throws: config.invalid at the field whose file cannot be read. */
export function readTls({ certFile, keyFile, caFile, crlFile }: NonNullable<HospitalConfig['tls']>): TlsMaterial {
  const read = (path: string, field: string): Buffer => reading(field, () => readFileSync(path))
  const revoked = reading('crlFile', () => revokedIn(crlFile))
  return { cert: read(certFile, 'certFile'), key: read(keyFile, 'keyFile'), ca: read(caFile, 'caFile'), ...revoked }
}

function reading<T>(field: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new HubError('config.invalid', { path: `connectors.hospital.tls.${field}`, cause })
  }
}
