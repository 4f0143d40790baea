/*
  Which client certificate a connection shows, where the hub itself ends TLS: x5t#S256 of RFC 8705.
*/
import { createHash } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import type { Request } from 'express'

const known = new WeakMap<TLSSocket, string | undefined>()

/** SHA-256 of the certificate in base64url; undefined without TLS, and for one that no trusted authority signed or that has expired. */
export function certificateOf({ socket }: Request): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  if (!known.has(socket)) known.set(socket, digestOf(socket))
  return known.get(socket)
}

function digestOf(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate()
  return certificate === undefined ? undefined : createHash('sha256').update(certificate.raw).digest('base64url')
}
