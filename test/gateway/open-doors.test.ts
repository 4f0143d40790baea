import { connect, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { DoorParts } from '../../gateway/doors.ts'
import { createLog } from '../../gateway/log.ts'
import { createMessageDoors } from '../../gateway/open-doors.ts'
import { checkReadiness } from '../../gateway/readiness.ts'
import { freePort } from '../support/free-port.ts'

const quiet = createLog({ level: 'error' })

function partsOn(port: number, imapPort: number): DoorParts {
  const server = { host: '127.0.0.1', port: imapPort, security: 'none' }
  const mssante = { imap: server, smtp: server, user: 'hub', address: 'hub@hub.mssante.fr', passwordFile: 'package.json', timeoutMs: 500, pollMs: 1000 }
  const hospital = { host: '127.0.0.1', port, maxConnections: 2, idleTimeoutMs: 1000, maxMessageBytes: 1 << 20, maxBytesInFlight: 1 << 20, ackTimeoutMs: 1000 }
  return { config: { connectors: { hospital, mssante } } } as unknown as DoorParts
}

describe('the doors for messages', () => {
  it('are said to be open while they are: MLLP before anything else, the mailbox when its operator lets us in', async () => {
    const doors = createMessageDoors()
    const port = await freePort()
    expect(await checkReadiness(doors.checks)).toMatchObject({
      isReady: false,
      parts: { mllp: { ready: false, code: 'hub.busy' }, mailbox: { ready: false, code: 'mssante.unreachable' } },
    })
    await doors.open(partsOn(port, await freePort()), quiet)
    expect(await checkReadiness(doors.checks)).toMatchObject({ isReady: false, parts: { mllp: { ready: true }, mailbox: { ready: false } } })
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.destroy()).on('close', () => resolve())
      socket.on('error', reject)
    })
    await doors.close()
    expect((await checkReadiness(doors.checks)).parts['mllp']).toMatchObject({ ready: false })
  })

  it('a port that is taken is said at once', async () => {
    const other = createServer()
    const port = await freePort()
    await new Promise<void>(resolve => other.listen(port, '127.0.0.1', resolve))
    const doors = createMessageDoors()
    await expect(doors.open(partsOn(port, port), quiet)).rejects.toThrow(/could not open/)
    await doors.close()
    await new Promise(resolve => other.close(resolve))
  })
})
