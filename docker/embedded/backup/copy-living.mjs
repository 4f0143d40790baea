/*
  Copies a folder that others go on writing in: what is gone between the look and the copy is not in it, and no failure.
*/
import { copyFileSync, mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'

export function copyLiving(from, to) {
  unlessGone(() => {
    const about = statSync(from)
    if (!about.isDirectory()) return copyFile(from, to, about)
    const names = readdirSync(from)
    mkdirSync(to, { recursive: true, mode: about.mode & 0o777 })
    for (const name of names) copyLiving(join(from, name), join(to, name))
  })
}

function copyFile(from, to, { atime, mtime }) {
  copyFileSync(from, to)
  utimesSync(to, atime, mtime)
}

function unlessGone(work) {
  try {
    work()
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}
