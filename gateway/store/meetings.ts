/*
  Two writers met in the store: what one of them had read is not so any more.
*/
import { type ErrorCode, HubError } from '../../profiles/errors.ts'

/** Another was there first; a version that was read is not the latest. */
export const MET: readonly ErrorCode[] = ['store.conflict', 'store.version_conflict']

/** Runs the work again, which reads everything anew, where it meets another writer; five times in all. */
export async function meetingOthers<T>(work: () => Promise<T>, met = MET, left = 5): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (left === 1 || !(error instanceof HubError && met.includes(error.code))) throw error
    return meetingOthers(work, met, left - 1)
  }
}
