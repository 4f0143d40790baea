/*
  Runs the hospital, the regional platform and the national directory of the sandbox until it is told to stop.

    HOSPITAL_MLLP_PORT HOSPITAL_HTTP_PORT PLATFORM_PORT DIRECTORY_PORT DATA_DIR [HOST SANDBOX_WATCH_STDIN]
*/
import { startDirectory } from './directory.ts'
import { startHospital } from './hospital.ts'
import { endWithParent } from './parent.ts'
import { startPlatform } from './platform.ts'

const { env } = process
const port = (name: string, otherwise: number): number => Number(env[name] ?? otherwise)

try {
  const host = env['HOST'] ?? '127.0.0.1'
  const dataDir = env['DATA_DIR']
  if (dataDir === undefined) throw new Error('DATA_DIR is not set')
  const hospital = await startHospital({ host, dataDir, mllpPort: port('HOSPITAL_MLLP_PORT', 2576), httpPort: port('HOSPITAL_HTTP_PORT', 8083) })
  const platform = await startPlatform({ host, dataDir, port: port('PLATFORM_PORT', 8082) })
  const directory = await startDirectory({ host, dataDir, port: port('DIRECTORY_PORT', 8084) })
  endWithParent(env, () => void Promise.all([hospital.stop(), platform.stop(), directory.stop()]).finally(() => process.exit(0)))
  process.stdout.write(`${JSON.stringify({ event: 'partners.started', hospital: hospital.ports, platform: platform.ports, directory: directory.ports })}\n`)
} catch (error) {
  process.stderr.write(`partners: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
