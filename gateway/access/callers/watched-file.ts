/*
  A file of keys that may be replaced while the hub runs: read again when it has changed, so that a key is added or withdrawn without a restart.
*/
import { readFileSync, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'

/**
 * In:     `read` makes of its text what is kept; `onFault` hears of a new text that cannot be read: the former one stays in force.
 * Throws: at once, what `read` throws of the first text.
 */
export function watchedFile<T>(path: string, read: (text: string) => T, onFault: (error: unknown) => void): () => Promise<T> {
  let seen = stampOf(statSync(path))
  let current = read(readFileSync(path, 'utf8'))
  return async () => {
    try {
      const now = stampOf(await stat(path))
      if (now !== seen) {
        current = read(await readFile(path, 'utf8'))
        seen = now
      }
    } catch (error) {
      onFault(error)
    }
    return current
  }
}

const stampOf = ({ ino, mtimeMs, size }: { ino: number; mtimeMs: number; size: number }): string => `${ino} ${mtimeMs} ${size}`
