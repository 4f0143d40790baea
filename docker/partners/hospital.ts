/*
  The hospital stand-in: takes our business acknowledgements over MLLP, keeps them, answers AA.
  Its MLLP reader is its own, so that a fault in the hub's cannot hide in it.

    block = <VT> message <FS><CR>        outside of a block everything is ignored
*/
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { createHttp } from './http.ts'
import { listen } from './listen.ts'
import { Received } from './received.ts'
import type { StandIn } from './stand-in.ts'

interface Settings {
  host: string
  mllpPort: number
  httpPort: number
  dataDir: string
  /** Its own certificate: then its MLLP door speaks TLS, as a hub does whose door does. */
  tls?: { key: Buffer; cert: Buffer }
}

const VT = 0x0b
const FS = 0x1c
const CR = 0x0d
const MAX_MESSAGE_BYTES = 16 << 20

/** Throws when a port is taken. */
export async function startHospital(settings: Settings): Promise<StandIn> {
  const received = await Received.open(join(settings.dataDir, 'hospital.jsonl'))
  const sockets = new Set<Socket>()
  const greet = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    attend(socket, received)
  }
  const mllp = settings.tls === undefined ? createServer(greet) : createTlsServer(settings.tls, greet)
  const mllpPort = await listen(mllp, settings.mllpPort, settings.host)
  const shut = (): Promise<void> => close(mllp, sockets)
  const http = createHttp({
    received,
    isDown: () => !mllp.listening,
    setDown: async down => {
      if (down && mllp.listening) await shut()
      if (!down && !mllp.listening) await listen(mllp, mllpPort, settings.host)
    },
    serve: async () => ({ status: 404, body: '{}' }),
  })
  const httpPort = await listen(http, settings.httpPort, settings.host)
  return {
    ports: { mllp: mllpPort, http: httpPort },
    stop: async () => {
      http.closeAllConnections()
      await new Promise(resolve => http.close(resolve))
      await shut()
      await received.close()
    },
  }
}

/** Down means down: no new connection, and none of the old ones. */
async function close(server: Server, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy()
  if (server.listening) await new Promise(resolve => server.close(resolve))
}

function attend(socket: Socket, received: Received): void {
  let pending: Buffer = Buffer.alloc(0)
  let answering: Promise<void> = Promise.resolve()
  socket.on('error', () => socket.destroy())
  socket.on('data', chunk => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      const start = pending.indexOf(VT)
      if (start < 0) pending = Buffer.alloc(0)
      const end = start < 0 ? -1 : pending.indexOf(Buffer.from([FS, CR]), start)
      if (end < 0) break
      const bytes = pending.subarray(start + 1, end)
      pending = pending.subarray(end + 2)
      answering = answering.then(() => take(bytes, socket, received)).catch(() => void socket.destroy())
    }
    if (pending.length > MAX_MESSAGE_BYTES) socket.destroy()
  })
}

async function take(bytes: Buffer, socket: Socket, received: Received): Promise<void> {
  const message = decode(bytes)
  await received.add({ at: new Date().toISOString(), message })
  if (!socket.destroyed) socket.write(Buffer.concat([Buffer.from([VT]), Buffer.from(acknowledge(message), 'utf8'), Buffer.from([FS, CR])]))
}

function decode(bytes: Buffer): string {
  const isLatin9 = bytes.subarray(0, 2000).toString('latin1').split('\r')[0]?.split('|')[17]?.includes('8859/15') === true
  return new TextDecoder(isLatin9 ? 'iso-8859-15' : 'utf-8').decode(bytes)
}

/** AA to any message with an MSH, AE to anything else. */
function acknowledge(message: string): string {
  const msh = message.split('\r')[0]?.split('|') ?? []
  const isHl7 = msh[0] === 'MSH'
  const [application = '', facility = '', toApplication = '', toFacility = ''] = isHl7 ? msh.slice(2, 6) : []
  const event = (isHl7 ? msh[8]?.split('^')[1] : undefined) ?? ''
  const now = new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14)
  const head = `MSH|^~\\&|${toApplication}|${toFacility}|${application}|${facility}|${now}||ACK^${event}^ACK|SI${now}${Math.floor(Math.random() * 1e6)}|${msh[10] ?? 'P'}|2.6|||||FRA|UNICODE UTF-8`
  return `${head}\rMSA|${isHl7 ? 'AA' : 'AE'}|${(isHl7 ? msh[9] : undefined) ?? ''}\r`
}
