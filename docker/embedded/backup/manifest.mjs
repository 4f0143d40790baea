/*
  backup.json, the last file that a backup writes: what it holds, of which versions, and the digest of each of its files. A folder without it is no backup.
*/
import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readJson, writeJson } from '../stack/files.mjs'
import { Stop } from '../stack/terminal.mjs'

const FORM = 1
export const MANIFEST = 'backup.json'

export async function writeManifest(folder, about) {
  const files = {}
  for (const path of filesIn(folder)) files[path] = { bytes: statSync(join(folder, path)).size, sha256: await digestOf(join(folder, path)) }
  writeJson(join(folder, MANIFEST), { form: FORM, ...about, files })
}

/** Throws: Stop for what is no backup, one of another form, and one whose files are not those that were written. */
export async function readManifest(folder) {
  const manifest = readJson(join(folder, MANIFEST))
  if (manifest === undefined) throw new Stop(`${folder} holds no whole backup: there is no ${MANIFEST} in it, which is written last.`)
  if (manifest.form !== FORM) throw new Stop(`${folder} is a backup of form ${manifest.form}, and this hub reads form ${FORM}.`)
  for (const [path, { bytes, sha256 }] of Object.entries(manifest.files)) {
    const size = statSync(join(folder, path), { throwIfNoEntry: false })?.size
    if (size !== bytes || (await digestOf(join(folder, path))) !== sha256) throw new Stop(`${join(folder, path)} is not the file that was backed up.`)
  }
  return manifest
}

function filesIn(folder) {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
  return found
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

async function digestOf(path) {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path), digest)
  return digest.digest('hex')
}
