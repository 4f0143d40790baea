/*
  The settings of the identity provider, from the environment and the files it names.
*/
import { readFileSync } from 'node:fs'
import type { ProviderSettings, User } from './provider.ts'

/** Out: undefined where no users are named: then nobody logs in here. */
export function readProviderSettings(env: NodeJS.ProcessEnv, host: string): ProviderSettings | undefined {
  const usersFile = env['IDENTITY_USERS_FILE']
  if (usersFile === undefined) return undefined
  const read = (name: string): string => {
    const path = env[name]
    if (path === undefined) throw new Error(`${name} is not set`)
    return readFileSync(path, 'utf8').trim()
  }
  const hubPort = env['HUB_PORT'] ?? '8080'
  return {
    host,
    port: Number(env['IDENTITY_PORT'] ?? 8085),
    users: JSON.parse(readFileSync(usersFile, 'utf8')) as User[],
    client: {
      id: env['IDENTITY_CLIENT'] ?? 'hub-monitor',
      secret: read('IDENTITY_CLIENT_SECRET_FILE'),
      redirectUris: ['127.0.0.1', 'localhost'].map(name => `http://${name}:${hubPort}/monitor/callback`),
    },
    key: JSON.parse(read('IDENTITY_KEY_FILE')) as ProviderSettings['key'],
  }
}
