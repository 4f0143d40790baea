/*
  What a process of the stack uses, from /proc: memory and CPU, threads included.
*/
import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? Number.NaN) * 1024
}

export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may hold blanks: fields count from behind it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** The highest residentBytes while `work` runs, looked at every 20 ms. */
export async function peakOf(pid: number, work: () => Promise<unknown>): Promise<number> {
  let peak = residentBytes(pid)
  const look = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid))
  }, 20)
  try {
    await work()
    return Math.max(peak, residentBytes(pid))
  } finally {
    clearInterval(look)
  }
}
