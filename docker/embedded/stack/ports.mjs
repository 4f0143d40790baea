/*
  Is a port free, and does somebody answer on it?
*/
import { connect, createServer } from 'node:net'
import { PORTS_OF } from './settings.mjs'
import { Stop } from './terminal.mjs'

const HOST = '127.0.0.1'

function isFree(port) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', error => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)))
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

export function answers(port, limitMs = 1000) {
  return new Promise(resolve => {
    const socket = connect({ port, host: HOST, timeout: limitMs })
    const settle = isOpen => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', () => settle(true))
    socket.once('timeout', () => settle(false))
    socket.once('error', () => settle(false))
  })
}

/** Throws: Stop, naming the port, who needs it and the setting that moves it. */
export async function requireFreePorts(settings, parts) {
  for (const part of parts) {
    for (const [name, who] of Object.entries(PORTS_OF[part])) {
      const port = settings.ports[name]
      if (await isFree(port)) continue
      throw new Stop(
        `port ${port} (${who}) is taken by another program. Stop that program, or move every port of the hub with HUB_PORT_OFFSET, for example HUB_PORT_OFFSET=${settings.offset + 10000}.`,
      )
    }
  }
}
