/*
  hub bench: the figures of test/bench, with their baselines.
*/
import { join } from 'node:path'
import { ROOT } from '../stack/settings.mjs'
import { runNode } from './run-node.mjs'

export function bench(args) {
  return runNode(['--import', 'tsx', join(ROOT, 'test', 'bench', 'main.ts'), ...args], {}, { cwd: ROOT })
}
