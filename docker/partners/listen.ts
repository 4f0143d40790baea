/*
  Opens a listening port.
*/
import type { AddressInfo, Server } from 'node:net'

/** Out: the port, also where 0 asked for any. Throws when it is taken. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return (server.address() as AddressInfo).port
}
