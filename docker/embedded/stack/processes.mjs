/*
  Knows a process again: a pid alone may have been given to another program, a pid with its start time cannot.
*/
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** The start time of a living process as text, undefined when there is none. A zombie is not living. */
function startOf(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid)
}

function startFromProc(pid) {
  let stat
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined // gone: /proc answers ENOENT or ESRCH
  }
  // The name in parentheses may hold blanks: fields are counted behind it. First is the state (field 3), start time is field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

function startFromPs(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'lstart=,stat=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return line === '' || / Z\S*$/.test(line) ? undefined : line.replace(/\s+\S+$/, '')
  } catch {
    return undefined // ps exits 1 when there is no such process
  }
}

/** Is the process that was recorded as {pid, start} still the one that runs? */
export const isAlive = known => known !== undefined && known.start !== undefined && startOf(known.pid) === known.start

export const identify = pid => ({ pid, start: startOf(pid) })

export function signal(pid, name) {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** Resolves to true once all are gone, false at the time limit. */
export async function gone(processes, limitMs) {
  const until = Date.now() + limitMs
  while (processes.some(isAlive)) {
    if (Date.now() > until) return false
    await sleep(50)
  }
  return true
}

/** Asks all to end, waits, then ends those that stay. */
export async function end(processes, { signalName = 'SIGTERM', limitMs = 15_000 } = {}) {
  const living = processes.filter(isAlive)
  for (const one of living) signal(one.pid, signalName)
  if (await gone(living, limitMs)) return
  for (const one of living.filter(isAlive)) signal(one.pid, 'SIGKILL')
  await gone(living, 5000)
}
