/*
  The secret files of a configuration, and which of them others than their owner may read.
*/
import { statSync } from 'node:fs'
import type { HubConfig } from '../config.ts'

const OTHERS_READ = 0o044

/** Path in the configuration, and the file it names. */
function secretFilesOf({ http, keys, monitor, connectors: { hospital, mssante, directory } }: HubConfig): [string, string | undefined][] {
  return [
    ['keys.pseudonymFile', keys.pseudonymFile],
    ['keys.referenceFile', keys.referenceFile],
    ['keys.signingFile', keys.signingFile],
    ['http.keyFile', http.keyFile],
    ['connectors.hospital.tls.keyFile', hospital.tls?.keyFile],
    ['connectors.mssante.passwordFile', mssante.passwordFile],
    ['connectors.directory.apiKeyFile', directory?.apiKeyFile],
    ['monitor.login.clientSecretFile', monitor.login?.clientSecretFile],
  ]
}

/** Out: the path in the configuration and the mode of each; a file that is not there is found by whoever reads it. */
export function openSecrets(config: HubConfig): { path: string; mode: string }[] {
  return secretFilesOf(config).flatMap(([path, file]) => {
    const mode = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.mode
    return mode === undefined || (mode & OTHERS_READ) === 0 ? [] : [{ path, mode: (mode & 0o777).toString(8) }]
  })
}
