/*
  Is the hub ready? Every part says for itself; what is not ready is named, with its code.
*/
import { setTimeout as pause } from 'node:timers/promises'
import { toHubError } from '../profiles/errors.ts'

export interface Readiness {
  isReady: boolean
  parts: Record<string, { ready: true } | { ready: false; code: string; reason: string }>
}

export type PartCheck = () => Promise<void>

const LONGEST_CHECK_MS = 4000

export async function checkReadiness(checks: Record<string, PartCheck>): Promise<Readiness> {
  const answers = await Promise.all(Object.entries(checks).map(async ([part, check]) => [part, await answerOf(check)] as const))
  return { isReady: answers.every(([, answer]) => answer.ready), parts: Object.fromEntries(answers) }
}

async function answerOf(check: PartCheck): Promise<Readiness['parts'][string]> {
  try {
    const first = await Promise.race([check(), pause(LONGEST_CHECK_MS, 'late', { ref: false })])
    return first === 'late' ? { ready: false, code: 'hub.busy', reason: `no answer within ${LONGEST_CHECK_MS} ms` } : { ready: true }
  } catch (error) {
    const { code, message } = toHubError(error)
    return { ready: false, code, reason: message }
  }
}
