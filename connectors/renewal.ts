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
  /** Hears of each change: without a fault the new certificates are in force. */
  told(fault?: unknown): void
}

/** Until the server closes. */
export function renewTls(server: Pick<Server, 'setSecureContext' | 'once'>, { files, read, told }: Renewal): void {
  const renew = (): void => {
    try {
      server.setSecureContext({ ...read(), minVersion: 'TLSv1.2' })
    } catch (fault) {
      told(fault)
      return
    }
    told()
  }
  for (const file of files) watchFile(file, { interval: LOOK_MS, persistent: false }, renew)
  server.once('close', () => {
    for (const file of files) unwatchFile(file, renew)
  })
}
