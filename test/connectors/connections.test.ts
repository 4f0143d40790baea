import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { boundConnections } from '../../connectors/connections.ts'

// A server of three connections: a stranger is silent, whoever says his name is known.

const opened: Socket[] = []
let end: () => void = () => undefined
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy()
  end()
})

async function open(): Promise<{ come(name?: string): Promise<Socket>; told: ReturnType<typeof vi.fn>; held(): number }> {
  const told = vi.fn()
  const server = createServer()
  const { open: held, speaks } = boundConnections(server, 3, told)
  server.on('connection', socket => {
    socket.on('error', () => undefined)
    socket.once('data', name => {
      speaks(socket, () => true)
      socket.write(name)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  end = () => void server.close()
  return {
    told,
    held: () => held.size,
    async come(name) {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      opened.push(socket.on('error', () => undefined))
      await once(socket, 'connect')
      if (name === undefined) return socket
      socket.write(name)
      await Promise.race([once(socket, 'data'), once(socket, 'close')])
      return socket
    },
  }
}

describe('the connections of a server', () => {
  it('above the limit the oldest stranger gives way: whoever comes with a name is heard', async () => {
    const door = await open()
    const strangers = [await door.come(), await door.come(), await door.come()]
    await vi.waitFor(() => expect(door.held()).toBe(3))
    const known = await door.come('dac')
    await vi.waitFor(() => expect(strangers.map(({ closed }) => closed)).toEqual([true, false, false]))
    for (let more = 0; more < 20; more += 1) await door.come()
    await vi.waitFor(() => expect(opened.filter(({ closed }) => !closed)).toHaveLength(3))
    expect([known.closed, door.held()]).toEqual([false, 3])
    expect(door.told).toHaveBeenCalledTimes(21)
  })

  it('where all are known, who comes is closed, until one of them has gone', async () => {
    const door = await open()
    const known = [await door.come('a'), await door.come('b'), await door.come('c')]
    expect((await door.come('d')).closed).toBe(true)
    known[1]?.destroy()
    await vi.waitFor(() => expect(door.held()).toBe(2))
    expect((await door.come('e')).closed).toBe(false)
    expect(known.map(({ closed }) => closed)).toEqual([false, true, false])
  })
})
