/*
  Starts a stand-in that is an HTTP server and nothing else: what it received stays on disk, /control takes it away and back.
*/
import { createHttp, type Face } from './http.ts'
import { listen } from './listen.ts'
import type { Received } from './received.ts'

export interface StandIn {
  ports: Record<string, number>
  stop(): Promise<void>
}

export interface HttpSettings {
  host: string
  port: number
  dataDir: string
}

/** Throws when the port is taken. */
export async function startHttpStandIn({ host, port }: HttpSettings, { received, serve }: { received: Received; serve: Face['serve'] }): Promise<StandIn> {
  let down = false
  const http = createHttp({
    received,
    isDown: () => down,
    setDown: async order => {
      down = order
    },
    serve,
  })
  return {
    ports: { http: await listen(http, port, host) },
    stop: async () => {
      http.closeAllConnections()
      await new Promise(resolve => http.close(resolve))
      await received.close()
    },
  }
}
