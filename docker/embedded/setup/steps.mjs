/*
  The steps of a set-up: npm packages, Java parts, compiled TypeScript with the monitor's page. Each looks first whether it has anything to do.
*/
import { execFile } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { delimiter, dirname, extname, join, relative } from 'node:path'
import { readJson, readText, writeAtomically } from '../stack/files.mjs'
import { ROOT, TARGET } from '../stack/settings.mjs'
import { announced, Stop } from '../stack/terminal.mjs'
import { contentsOf, filesUnder, sizesOf } from './freshness.mjs'
import { requireMaven, requireSpace } from './requirements.mjs'

const EMBEDDED = join(ROOT, 'docker', 'embedded')
const SOURCES = ['gateway', 'mappers', 'connectors', 'profiles', 'docker/partners']
/** Built by Vite, not by the compiler. */
const PAGE = 'gateway/monitor/web'
const NOT_COPIED = new Set(['.ts', '.mts', '.md', '.fsh'])

export async function npmPackages() {
  if (isInstalled(readJson(join(ROOT, 'package-lock.json')), readJson(join(ROOT, 'node_modules', '.package-lock.json')))) return
  requireSpace(ROOT, 1500, 'the npm packages')
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm']
  await announced('Installing the npm packages (npm ci)', () => run([...npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci'))
}

/**
 * Every package of the lockfile is there in that version; optional ones (of other systems) may lack.
 * @public Read by its test.
 */
export function isInstalled(wanted, found) {
  if (wanted === undefined || found === undefined) return false
  return Object.entries(wanted.packages).every(([path, { version, optional }]) => {
    const own = found.packages[path]
    return path === '' || (own === undefined ? optional === true : own.version === version)
  })
}

export async function javaParts() {
  const sources = filesUnder(EMBEDDED, ['hapi/src', 'kafka/src'])
  const key = contentsOf(EMBEDDED, ['pom.xml', 'hapi/pom.xml', 'kafka/pom.xml', 'mail/pom.xml', ...sources])
  const stamp = join(TARGET, 'built-from')
  const made = ['hapi/hapi-launcher.jar', 'kafka/kafka-launcher.jar', 'greenmail-standalone-2.1.13.jar', 'hapi/lib', 'kafka/lib']
  if (readText(stamp) === key && made.every(name => existsSync(join(TARGET, name)))) return
  const maven = requireMaven()
  requireSpace(ROOT, 1500, 'the Java parts')
  await announced('Building the Java parts: HAPI FHIR, Kafka, GreenMail (Maven; the first time it fetches about 350 MB)', () =>
    run([maven, '-B', '-ntp', '-q', 'package'], 'Maven', { cwd: EMBEDDED }),
  )
  writeAtomically(stamp, key)
}

export async function typescript() {
  const files = filesUnder(ROOT, SOURCES)
  const ofPage = files.filter(name => name.startsWith(`${PAGE}/`))
  await Promise.all([compiled(files.filter(name => !name.startsWith(`${PAGE}/`))), page(ofPage)])
}

async function page(files) {
  const key = sizesOf(ROOT, ['package-lock.json', ...files])
  const stamp = join(ROOT, 'dist', 'page-built-from')
  if (readText(stamp) === key && existsSync(join(ROOT, 'dist', 'gateway', 'monitor', 'page', 'index.html'))) return
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  await announced('Building the page of the monitor', () => run([process.execPath, vite, 'build', PAGE], 'Vite', { env: { NODE_ENV: 'production' } }))
  writeAtomically(stamp, key)
}

async function compiled(files) {
  const key = sizesOf(ROOT, ['package.json', 'tsconfig.json', 'tsconfig.build.json', ...files])
  const stamp = join(ROOT, 'dist', 'built-from')
  if (readText(stamp) === key) return
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  await announced('Compiling the TypeScript', () => run([process.execPath, tsc, '-p', 'tsconfig.build.json', '--noCheck'], 'the TypeScript compiler'))
  for (const file of files.filter(name => !NOT_COPIED.has(extname(name)))) cpSync(join(ROOT, file), join(ROOT, 'dist', file), { preserveTimestamps: true })
  for (const file of left(filesUnder(join(ROOT, 'dist'), SOURCES), files)) rmSync(join(ROOT, 'dist', file))
  writeAtomically(stamp, key)
}

/**
 * What was built of sources that have moved or gone; the page is Vite's.
 * @public Read by its test.
 */
export function left(built, sources) {
  const made = new Set(sources.flatMap(name => [name, name.replace(/ts$/, 'js'), name.replace(/ts$/, 'js.map')]))
  return built.filter(name => !made.has(name) && !name.startsWith('gateway/monitor/page/'))
}

function run([file, ...args], who, { cwd = ROOT, env = {} } = {}) {
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter)
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd, env: { ...process.env, ...env, PATH: path }, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error === null) resolve()
      else
        reject(
          new Stop(
            `${who} failed: ${firstFault(`${stderr}\n${stdout}`) ?? error.message}. To see it all: cd ${relative(process.cwd(), cwd) || '.'} && ${[file, ...args].join(' ')}`,
          ),
        )
    })
  })
}

/** The one line worth reading; a disk without space is said as such. */
function firstFault(output) {
  if (/ENOSPC|No space left/i.test(output)) return 'the disk is full; free some space'
  const lines = output.split('\n').map(line => line.trim())
  return lines.find(line => /error|ERR!/i.test(line) && line.length > 10)?.slice(0, 300)
}
