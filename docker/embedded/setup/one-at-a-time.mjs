/*
  Two commands started together in one checkout set up one after the other.
*/
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readJson } from '../stack/files.mjs'
import { identify, isAlive } from '../stack/processes.mjs'
import { TARGET } from '../stack/settings.mjs'

export async function oneAtATime(work) {
  const lock = join(TARGET, 'setup.lock')
  mkdirSync(TARGET, { recursive: true })
  while (!take(lock)) {
    if (!isAlive(readJson(lock))) rmSync(lock, { force: true })
    await sleep(100)
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function take(lock) {
  try {
    writeFileSync(lock, JSON.stringify(identify(process.pid)), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}
