/*
  Runs a Node program on this terminal and gives its exit code.
*/
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'

export async function runNode(args, environment = {}, { cwd } = {}) {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...environment }, cwd })
  // A terminal sends its Ctrl-C to the child too, which decides how to end.
  const wait = () => undefined
  const pass = () => child.kill('SIGTERM')
  process.on('SIGINT', wait).on('SIGTERM', pass)
  const [code, signalName] = await once(child, 'exit')
  process.off('SIGINT', wait).off('SIGTERM', pass)
  return code ?? 128 + constants.signals[signalName]
}
