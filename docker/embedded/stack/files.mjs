/*
  Small files of the stack: read if there, written whole or not at all, secrets for their owner only.
*/
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

let written = 0

/** A reader sees the old content or the new, never a part: written beside, then renamed. */
export function writeAtomically(path, text, mode = 0o600) {
  mkdirSync(dirname(path), { recursive: true })
  written += 1
  const beside = `${path}.${process.pid}.${written}.new`
  try {
    writeFileSync(beside, text, { mode })
    chmodSync(beside, mode)
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

export const writeJson = (path, value) => writeAtomically(path, `${JSON.stringify(value, undefined, 2)}\n`)

export function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Undefined when absent or not JSON: such a file is ours and is made again. */
export function readJson(path) {
  const text = readText(path)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The content of a file that is made once and kept. */
export function once(path, make) {
  const known = readText(path)
  if (known !== undefined && known !== '') return known
  const text = make()
  writeAtomically(path, text)
  return text
}

/** Made where it is missing; nobody else may enter it, of an earlier version either: letters and messages lie in it. */
export function privateFolder(path) {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
}
