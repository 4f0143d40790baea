import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'

// The packages that are kept are what the sources give.

const ROOT = resolve(import.meta.dirname, '../../..')
const KEPT = join(ROOT, 'profiles/fhir/packages')

const contentsOf = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => {
        const bytes = readFileSync(join(entry.parentPath, entry.name))
        // zlib may pack otherwise in another Node: what is packed counts.
        return [join(entry.parentPath, entry.name).slice(folder.length), (entry.name.endsWith('.tgz') ? gunzipSync(bytes) : bytes).toString('latin1')] as const
      })
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  )

it('`npm run profiles` gives the packages that are kept, byte for byte', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-packages-'))
  try {
    await promisify(execFile)(process.execPath, ['docker/embedded/fhir-package/build.mjs', folder], { cwd: ROOT })
    const [built, kept] = [contentsOf(folder), contentsOf(KEPT)]
    expect([...built.keys()]).toEqual([...kept.keys()])
    expect([...built].filter(([name, content]) => kept.get(name) !== content).map(([name]) => name)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 600_000)
