/*
  Says from which sources something was built, as one hash.
*/
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file under these folders of `root`, sorted, relative to it. */
export function filesUnder(root, folders) {
  const found = []
  for (const folder of folders.filter(name => existsSync(join(root, name)))) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) found.push(...filesUnder(root, [path]))
      else if (entry.isFile()) found.push(path)
    }
  }
  return found.sort()
}

/** By content: the same after a fresh clone. */
export const contentsOf = (root, files) => hash(files, path => readFileSync(join(root, path)))

/** By size and time: cheap enough for every start. */
export const sizesOf = (root, files) =>
  hash(files, path => {
    const { size, mtimeMs } = statSync(join(root, path))
    return `${size} ${mtimeMs}`
  })

function hash(files, content) {
  const sum = createHash('sha256')
  for (const path of files) sum.update(`${path}\n`).update(content(path)).update('\n')
  return `${sum.digest('hex')}\n`
}
