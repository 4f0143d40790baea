/*
  Reads the certificate, key and authorities of the configuration.
*/
import { readFileSync } from 'node:fs'
import { HubError } from '../../profiles/errors.ts'
import type { HospitalConfig } from './config.ts'

export interface TlsMaterial {
  cert: Buffer
  key: Buffer
  ca: Buffer
}

/** Throws: config.invalid at the field whose file cannot be read. */
export function readTls({ certFile, keyFile, caFile }: NonNullable<HospitalConfig['tls']>): TlsMaterial {
  return { cert: read(certFile, 'certFile'), key: read(keyFile, 'keyFile'), ca: read(caFile, 'caFile') }
}

function read(path: string, field: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new HubError('config.invalid', { path: `connectors.hospital.tls.${field}`, cause })
  }
}
