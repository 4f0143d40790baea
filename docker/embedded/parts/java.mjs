/*
  How a Java part is started: class path in a fixed order, and an archive of its classes that halves the next starts.
*/
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { TARGET } from '../stack/settings.mjs'

const ARCHIVES = join(TARGET, 'cds')

/** The java that runs the parts: of JAVA_HOME if set, else the first on the path; undefined if there is none. */
export function findJava(environment = process.env) {
  const name = process.platform === 'win32' ? 'java.exe' : 'java'
  const folders = [...(environment.JAVA_HOME ? [join(environment.JAVA_HOME, 'bin')] : []), ...(environment.PATH ?? '').split(delimiter)]
  return folders
    .filter(folder => folder !== '')
    .map(folder => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

export function classPath(module) {
  const lib = join(TARGET, module, 'lib')
  const jars = readdirSync(lib)
    .filter(name => name.endsWith('.jar'))
    .sort()
  return [join(TARGET, module, `${module}-launcher.jar`), ...jars.map(name => join(lib, name))]
}

/**
 * The class-data-sharing archive of a module: used if there, else made at the next clean end of the process.
 * Its name says for which jars and which Java it holds, so a stale one is never found.
 */
export function classArchive(module, java) {
  const jars = classPath(module)
  const real = realpathSync(java)
  const key = createHash('sha256')
  for (const path of [...jars, real]) key.update(`${path} ${statSync(path).size} ${Math.trunc(statSync(path).mtimeMs)}\n`)
  const file = join(ARCHIVES, `${module}-${key.digest('hex').slice(0, 16)}.jsa`)
  const quiet = ['-Xshare:auto', '-Xlog:cds=off', '-Xlog:cds+dynamic=off']
  if (existsSync(file)) return { flags: [...quiet, `-XX:SharedArchiveFile=${file}`], isMade: true, keep: () => undefined }
  mkdirSync(ARCHIVES, { recursive: true })
  const fresh = `${file}.${process.pid}.new`
  return { flags: [...quiet, `-XX:ArchiveClassesAtExit=${fresh}`], isMade: false, keep: () => keepArchive(module, fresh, file) }
}

function keepArchive(module, fresh, file) {
  if (!existsSync(fresh)) return
  for (const name of readdirSync(ARCHIVES)) {
    const path = join(ARCHIVES, name)
    if (name.startsWith(`${module}-`) && path !== fresh && path !== file) rmSync(path, { force: true })
  }
  renameSync(fresh, file)
}
