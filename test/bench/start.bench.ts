/*
  A warm start of the whole stack to /ready, beside a warm start of HAPI alone with its PostgreSQL, in turns.
*/
import { median } from './load.ts'
import type { Report } from './report.ts'
import type { BenchStack } from './stack.ts'

const ROUNDS = 3
const ALLOWED_SECONDS = 5

/** Leaves the stack running. */
export async function measureStart(stack: BenchStack): Promise<Report> {
  // The first start makes the folders and databases, the first stop the archives of loaded classes.
  await stack.start()
  await stack.stop()
  const hapi: number[] = []
  const whole: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    hapi.push(await stack.start(['postgres', 'hapi']))
    await stack.stop()
    whole.push(await stack.start())
    if (round < ROUNDS - 1) await stack.stop()
  }
  const [ours, alone] = [median(whole), median(hapi)]
  const unit = `s, HAPI alone + ${ALLOWED_SECONDS}; added: ${(ours - alone).toFixed(1)} s`
  return {
    title: 'warm start to /ready',
    figures: [{ name: 'the whole stack (lower is better)', ours, baseline: alone + ALLOWED_SECONDS, unit, wanted: '≤ 1' }],
  }
}
