/*
  Bounds the connections of a server: above the limit the oldest one on which nobody known speaks gives way to who comes; where all are known, who comes is closed.
*/
import type { Server, Socket } from 'node:net'

/**
 * In:     `told` hears each time that the limit is reached.
 * Out:    those that are open, and who says of one of them (or of what TLS made of it) when somebody known speaks there.
 */
export function boundConnections(server: Server, most: number, told: () => void) {
  const open = new Map<string, { socket: Socket; isKnown(): boolean }>()
  server.on('connection', (socket: Socket) => {
    const place = placeOf(socket)
    if (open.size >= most) {
      told()
      const [oldest, { socket: last }] = [...open].find(([, { isKnown }]) => !isKnown()) ?? [place, { socket }]
      open.delete(oldest)
      last.destroy()
    }
    if (socket.destroyed) return
    open.set(place, { socket, isKnown: () => false })
    socket.once('close', () => open.get(place)?.socket === socket && open.delete(place))
  })
  const speaks = (socket: Socket, isKnown: () => boolean): void => {
    const one = open.get(placeOf(socket))
    if (one !== undefined) one.isKnown = isKnown
  }
  return { open, speaks }
}

/** The same on both sides of TLS. */
const placeOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
