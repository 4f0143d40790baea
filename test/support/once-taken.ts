/*
  What any client of the door does with a 503: it asks again after the time that Retry-After says.
*/
import { setTimeout as pause } from 'node:timers/promises'

const MOST_ATTEMPTS = 8

/** In: one whole request. Out: its first answer that is no 503, or the last one. */
export async function onceTaken<A extends { status: number; headers: Headers }>(ask: () => Promise<A>): Promise<A> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask()
    if (answer.status !== 503 || attempt === MOST_ATTEMPTS) return answer
    await pause(Number(answer.headers.get('retry-after') ?? 1) * 1000)
  }
}
