/*
  Gives a TLS server its new certificates when their files change: connections in progress stay, and files that do not fit together leave the old ones in force.
*/
import { unwatchFile, watchFile } from 'node:fs'
import type { SecureContextOptions, Server } from 'node:tls'

const LOOK_MS = 1000

export interface Renewal {
  files: readonly string[]
  /** Throws for files that cannot be read. */
  read(): SecureContextOptions
  /** Hears of each change: the new certificates are in force, or refused for this reason. */
  told(event: 'certificate.renewed' | 'certificate.refused', reason?: { reason: string }): void
}

/** Until the server closes. */
export function renewTls(server: Pick<Server, 'setSecureContext' | 'once'>, { files, read, told }: Renewal): void {
  const renew = (): void => {
    try {
      server.setSecureContext({ ...read(), minVersion: 'TLSv1.2' })
    } catch (fault) {
      return void told('certificate.refused', { reason: codeOf(fault) })
    }
    told('certificate.renewed')
  }
  for (const file of files) watchFile(file, { interval: LOOK_MS, persistent: false }, renew)
  server.once('close', () => {
    for (const file of files) unwatchFile(file, renew)
  })
}

/** `ENOENT`, `ERR_OSSL_PEM_NO_START_LINE`, `ERR_OSSL_X509_KEY_VALUES_MISMATCH`: never a path or a content. */
function codeOf(fault: unknown): string {
  const error = fault instanceof Error && fault.cause instanceof Error ? fault.cause : fault
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
}
