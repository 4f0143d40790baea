/*
  Says no before the disk is full: doors answer AR / 503 while the free space of the ledger's or the hub's folder is below the threshold.
*/
import { statfsSync } from 'node:fs'
import { HubError } from '../../profiles/errors.ts'

export interface DiskGuardOptions {
  /** Folders on the disks that count. */
  paths: readonly string[]
  minFreeBytes: number
  /** How long one look is good for, in ms. */
  everyMs?: number
}

/** Out: a check that throws ledger.disk_full; it looks at most once a second. A folder that is not there counts as free. */
export function createDiskGuard({ paths, minFreeBytes, everyMs = 1000 }: DiskGuardOptions): () => void {
  let lookedAt = Number.NEGATIVE_INFINITY
  let isShort = false
  return () => {
    const now = performance.now()
    if (now - lookedAt >= everyMs) {
      lookedAt = now
      isShort = paths.some(path => freeBytes(path) < minFreeBytes)
    }
    if (isShort) throw new HubError('ledger.disk_full', { dependency: 'disk' })
  }
}

function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
