/*
  What must be on the machine: Node, Java, Maven, disk space. Each that lacks is one line saying what to do.
*/
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { findJava } from '../parts/java.mjs'
import { Stop } from '../stack/terminal.mjs'

const NODE = [20, 19]
const JAVA = 17
const MIB = 1024 * 1024

export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1])) return
  throw new Stop(`Node ${version} is too old. Install Node ${NODE.join('.')} or newer (https://nodejs.org) and run this again.`)
}

export function requireJava() {
  const java = findJava()
  if (java === undefined)
    throw new Stop(
      `there is no Java. Install a JDK ${JAVA} or newer (Debian: apt install openjdk-17-jdk-headless), or set JAVA_HOME to one, and run this again.`,
    )
  const version = javaVersion(java)
  if (version < JAVA) throw new Stop(`${java} is Java ${version}. Install a JDK ${JAVA} or newer, or set JAVA_HOME to one, and run this again.`)
  return java
}

function javaVersion(java) {
  try {
    const text = execFileSync(java, ['-XshowSettings:properties', '-version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: MIB })
    return readMajor(text)
  } catch (error) {
    throw new Stop(`${java} does not run (${error.code ?? error.status}). Install a JDK ${JAVA} or newer, or set JAVA_HOME to one.`)
  }
}

const readMajor = text => Number(/java\.specification\.version\s*=\s*(?:1\.)?(\d+)/.exec(text)?.[1] ?? JAVA)

export function requireMaven() {
  const name = process.platform === 'win32' ? 'mvn.cmd' : 'mvn'
  const folders = (process.env.PATH ?? '').split(delimiter).filter(folder => folder !== '')
  const found = folders.map(folder => join(folder, name)).find(isExecutable)
  if (found === undefined) throw new Stop('there is no Maven, which builds the Java parts. Install it (Debian: apt install maven) and run this again.')
  return found
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** `what` completes the sentence "… needs it for". */
export function requireSpace(folder, mib, what) {
  let at = folder
  while (!existsSync(at)) at = dirname(at)
  const { bavail, bsize } = statfsSync(at)
  const free = Math.floor((bavail * bsize) / MIB)
  if (free < mib) throw new Stop(`only ${free} MiB are free on the disk of ${at}, and ${mib} MiB are needed for ${what}. Free some space and run this again.`)
}
