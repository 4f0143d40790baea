/*
  HAPI FHIR JPA R4 in its own JVM.
*/
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { ROOT } from '../stack/settings.mjs'
import { DATABASES } from './postgres.mjs'
import { classArchive, classPath, findJava } from './java.mjs'

/** What the store validates against: built from profiles/fhir by `npm run profiles`, and kept with the sources. */
const FHIR_PACKAGES = ['fr.e-parcours.national-stubs.tgz', 'fr.e-parcours.hub.tgz'].map(name => join(ROOT, 'profiles', 'fhir', 'packages', name))

// The serial collector: 400 MB less at rest than G1 on two cores, and no more CPU.
const HEAP = ['-Xms256m', '-Xmx1500m', '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError']
/**
 * The first compiler only: half the CPU of a start, and as fast as this stack needs.
 * It comes with 48 MB for its code, and HAPI needs 51 in a long run: the JVM then throws code away and compiles it again, for ever.
 * Both compilers took as much CPU in the second quarter of an hour, and twice as much in the first.
 */
const COMPILER = ['-XX:TieredStopAtLevel=1', '-XX:ReservedCodeCacheSize=240m']

export function hapiPart(settings, secrets) {
  const java = findJava()
  const port = settings.ports.hapi
  let archive = { keep: () => undefined, isMade: true }
  return {
    name: 'hapi',
    spawn(log) {
      archive = classArchive('hapi', java)
      const args = [...HEAP, ...COMPILER, ...archive.flags, '-cp', classPath('hapi').join(delimiter), 'fr.eparcours.hapi.Launcher']
      return spawn(java, args, { cwd: settings.inside('run'), stdio: ['pipe', log, log], detached: true, env: environment(settings, secrets) })
    },
    isHealthy: async () => (await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(3000) })).ok,
    afterCleanEnd: () => archive.keep(),
    isSlowToStop: () => !archive.isMade,
    // An archive takes 10 s to write on a quiet machine; one cut short is not kept.
    stop: () => ({ signalName: 'SIGTERM', limitMs: archive.isMade ? 40_000 : 150_000 }),
  }
}

function environment(settings, secrets) {
  return {
    PATH: process.env.PATH,
    LC_ALL: 'C.UTF-8',
    HAPI_PORT: String(settings.ports.hapi),
    HAPI_JDBC_URL: `jdbc:postgresql://127.0.0.1:${settings.ports.postgres}/store`,
    HAPI_DB_USER: DATABASES.store,
    HAPI_DB_PASSWORD_FILE: secrets.files[DATABASES.store],
    HAPI_PACKAGES: FHIR_PACKAGES.join(delimiter),
  }
}
