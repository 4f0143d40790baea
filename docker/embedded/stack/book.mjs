/*
  The book of a running stack under run/: who holds it (lock), which processes are its own (pids), how it fares (state).
*/
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readJson, writeJson } from './files.mjs'
import { end, identify, isAlive } from './processes.mjs'

/** The supervisor that holds this stack, undefined when none lives. */
export function holder(settings) {
  const held = readJson(settings.files.lock)
  return isAlive(held) ? held : undefined
}

/** Out: undefined when the lock is ours now, else who holds it. */
export function takeLock(settings) {
  const path = settings.files.lock
  mkdirSync(dirname(path), { recursive: true })
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600)
      writeFileSync(file, JSON.stringify(identify(process.pid)))
      closeSync(file)
      return undefined
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const other = holder(settings)
    if (other !== undefined) return other
    rmSync(path, { force: true })
  }
}

export const releaseLock = settings => rmSync(settings.files.lock, { force: true })

export const readState = settings => readJson(settings.files.state)

export function writeBook(settings, { phase, message, watched }) {
  const parts = Object.fromEntries(watched.map(({ name, state, restarts, processes }) => [name, { state, restarts, pid: processes.main?.pid }]))
  writeJson(settings.files.state, { phase, message, pid: process.pid, parts })
  writeJson(settings.files.pids, Object.fromEntries(watched.map(({ name, processes }) => [name, Object.values(processes)])))
}

/** Ends what a killed supervisor left behind: only processes written in this book, known by pid and start time. */
export async function endOrphans(settings) {
  const book = readJson(settings.files.pids) ?? {}
  const { postgres = [], ...others } = book
  await end(Object.values(others).flat(), { limitMs: 10_000 })
  // SIGINT is PostgreSQL's fast stop: it does not wait for its sessions. Its guard, first in the list, takes it too.
  await end(postgres, { signalName: 'SIGINT', limitMs: 20_000 })
}

/** The stacks kept under one data folder: its own and those of hub processes that joined. */
export function instances(settings) {
  const folder = settings.inside('run')
  if (!existsSync(folder)) return []
  const at = (name, file) => join(folder, name, file)
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => ({
      ...settings,
      name,
      isJoining: name !== 'stack',
      files: { ...settings.files, lock: at(name, 'lock.json'), pids: at(name, 'pids.json'), state: at(name, 'state.json') },
    }))
}
