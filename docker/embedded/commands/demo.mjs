/*
  hub demo: the stack in the background, then one discharge letter through it, told step by step.
*/
import { ofTheHub } from './of-the-hub.mjs'
import { start } from './start.mjs'

export async function demo() {
  await start([])
  return ofTheHub(['demo'])
}
