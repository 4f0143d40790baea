/*
  Runs the hospital, the regional platform, the national directory, the webhook taker and the monitor's identity provider of the sandbox until it is told to stop.

    HOSPITAL_MLLP_PORT HOSPITAL_HTTP_PORT PLATFORM_PORT DIRECTORY_PORT WEBHOOKS_PORT DATA_DIR [HOST SANDBOX_WATCH_STDIN]
    HOSPITAL_TLS_KEY_FILE HOSPITAL_TLS_CERT_FILE: with them the hospital takes acknowledgements by MLLP over TLS
    IDENTITY_PORT IDENTITY_USERS_FILE IDENTITY_KEY_FILE IDENTITY_CLIENT IDENTITY_CLIENT_SECRET_FILE HUB_PORT: without the users no identity provider
*/
import { readFileSync } from 'node:fs'
import { startDirectory } from './directory.ts'
import { startHospital } from './hospital.ts'
import { readProviderSettings } from './identity/settings.ts'
import { startIdentityProvider } from './identity/provider.ts'
import { endWithParent } from './parent.ts'
import { startPlatform } from './platform.ts'
import { startWebhooks } from './webhooks.ts'

const { env } = process
const port = (name: string, otherwise: number): number => Number(env[name] ?? otherwise)

try {
  const host = env['HOST'] ?? '127.0.0.1'
  const dataDir = env['DATA_DIR']
  if (dataDir === undefined) throw new Error('DATA_DIR is not set')
  const [key, cert] = ['HOSPITAL_TLS_KEY_FILE', 'HOSPITAL_TLS_CERT_FILE'].map(name => env[name] && readFileSync(env[name]))
  const doors = { mllpPort: port('HOSPITAL_MLLP_PORT', 2576), httpPort: port('HOSPITAL_HTTP_PORT', 8083) }
  const hospital = await startHospital({ host, dataDir, ...doors, ...(key && cert ? { tls: { key, cert } } : {}) })
  const platform = await startPlatform({ host, dataDir, port: port('PLATFORM_PORT', 8082) })
  const directory = await startDirectory({ host, dataDir, port: port('DIRECTORY_PORT', 8084) })
  const webhooks = await startWebhooks({ host, dataDir, port: port('WEBHOOKS_PORT', 8086) })
  const login = readProviderSettings(env, host)
  const identity = login === undefined ? undefined : await startIdentityProvider(login)
  const all = { hospital, platform, directory, webhooks, ...(identity === undefined ? {} : { identity }) }
  endWithParent(env, () => void Promise.all(Object.values(all).map(one => one.stop())).finally(() => process.exit(0)))
  const ports = Object.fromEntries(Object.entries(all).map(([name, one]) => [name, one.ports]))
  process.stdout.write(`${JSON.stringify({ event: 'partners.started', ...ports })}\n`)
} catch (error) {
  process.stderr.write(`partners: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
