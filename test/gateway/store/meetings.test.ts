import { describe, expect, it } from 'vitest'
import { meetingOthers } from '../../../gateway/store/meetings.ts'
import { type ErrorCode, HubError } from '../../../profiles/errors.ts'

/** Fails so often, then gives the number of its run. */
function failing(times: number, code: ErrorCode) {
  let run = 0
  return async () => {
    run += 1
    if (run <= times) throw new HubError(code, { path: String(run) })
    return run
  }
}

describe('who meets another writer in the store', () => {
  it.each(['store.conflict', 'store.version_conflict'] as const)('%s: begins again, four times at most', async code => {
    await expect(meetingOthers(failing(4, code))).resolves.toBe(5)
    await expect(meetingOthers(failing(5, code))).rejects.toMatchObject({ code, path: '5' })
  })

  it('what is no meeting is thrown at once: a store that is away, a defect, a code that was not named', async () => {
    await expect(meetingOthers(failing(1, 'store.unavailable'))).rejects.toMatchObject({ path: '1' })
    await expect(meetingOthers(failing(1, 'store.version_conflict'), ['store.conflict'])).rejects.toMatchObject({ path: '1' })
    await expect(meetingOthers(() => Promise.reject(new TypeError('defect')))).rejects.toThrow(TypeError)
  })
})
