/*
  One FHIR package: <folder>/<name>/ with one file per resource, package.json and .index.json, and the same as <folder>/<name>.tgz.
    tgz => gzip ( { header of 512 bytes, content filled up to 512 } two empty blocks )   ustar; fixed owner and date, sorted names
*/
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { gzipSync } from 'node:zlib'
import { indexed } from './core-definitions.mjs'

const BLOCK = 512
/** 2026-01-01T00:00:00Z */
const DATE = 1_767_225_600

/**
 * Writes one package below `folder` and returns its version: that of the package of this name in `kept` as long as both say the same, the next patch where they
 * do not, since a store takes nothing from a version it has. `release` is the first of its minor.
 */
export function writePackage(folder, { kept, release, ...content }) {
  const version = versionAfter(filesIn(join(kept, content.name)), release, content)
  const files = filesOf({ ...content, version })
  const target = join(folder, content.name)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const [name, text] of files) writeFileSync(join(target, name), text)
  writeFileSync(`${target}.tgz`, gzipSync(archive(files), { level: 9 }))
  return version
}

function versionAfter(kept, release, content) {
  if (kept.size === 0) return release
  const { version } = JSON.parse(kept.get('package.json'))
  const [major, minor, patch] = version.split('.')
  if (!release.startsWith(`${major}.${minor}.`)) return release
  return isDeepStrictEqual(kept, new Map(filesOf({ ...content, version }))) ? version : `${major}.${minor}.${Number(patch) + 1}`
}

const filesIn = folder => new Map((existsSync(folder) ? readdirSync(folder) : []).map(name => [name, readFileSync(join(folder, name), 'utf8')]))

function filesOf({ resources, dependencies = {}, ...manifest }) {
  const named = resources.map(resource => [`${resource.resourceType}-${resource.id}.json`, resource]).sort(([left], [right]) => (left < right ? -1 : 1))
  return [
    ['.index.json', { 'index-version': 1, files: named.map(indexed) }],
    ['package.json', { ...manifest, fhirVersions: ['4.0.1'], type: 'IG', dependencies: { 'hl7.fhir.r4.core': '4.0.1', ...dependencies } }],
    ...named,
  ].map(([name, value]) => [name, `${JSON.stringify(value)}\n`])
}

function archive(files) {
  const blocks = files.flatMap(([name, text]) => {
    const content = Buffer.from(text)
    return [header(`package/${name}`, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1))]
  })
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)])
}

function header(name, size) {
  const block = Buffer.alloc(BLOCK)
  const write = (text, at) => block.write(text, at, 'latin1')
  const octal = (number, at, length) => write(number.toString(8).padStart(length - 1, '0'), at)
  write(name, 0)
  octal(0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(DATE, 136, 12)
  write('        ', 148)
  write('0', 156)
  write('ustar\u000000', 257)
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  )
  return block
}
