/*
  One FHIR package: <folder>/<name>/ with one file per resource, package.json and .index.json, and the same as <folder>/<name>.tgz.
    tgz => gzip ( { header of 512 bytes, content filled up to 512 } two empty blocks )   ustar; fixed owner and date, sorted names
*/
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { indexed } from './core-definitions.mjs'

const BLOCK = 512
/** 2026-01-01T00:00:00Z */
const DATE = 1_767_225_600

export function writePackage(folder, { resources, dependencies = {}, ...manifest }) {
  const named = resources.map(resource => [`${resource.resourceType}-${resource.id}.json`, resource]).sort(([left], [right]) => (left < right ? -1 : 1))
  const files = [
    ['.index.json', json({ 'index-version': 1, files: named.map(indexed) })],
    ['package.json', json({ ...manifest, fhirVersions: ['4.0.1'], type: 'IG', dependencies: { 'hl7.fhir.r4.core': '4.0.1', ...dependencies } })],
    ...named.map(([name, resource]) => [name, json(resource)]),
  ]
  const target = join(folder, manifest.name)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const [name, content] of files) writeFileSync(join(target, name), content)
  writeFileSync(`${target}.tgz`, gzipSync(archive(files), { level: 9 }))
}

const json = value => Buffer.from(`${JSON.stringify(value)}\n`)

function archive(files) {
  const blocks = files.flatMap(([name, content]) => [header(`package/${name}`, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1))])
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
