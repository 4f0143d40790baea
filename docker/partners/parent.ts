/*
  Ends this process together with the one that started it: a supervisor that is killed closes our standard input.
*/
export function endWithParent(env: NodeJS.ProcessEnv, stop: () => void): void {
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  if (env['SANDBOX_WATCH_STDIN'] !== '1') return
  process.stdin.on('error', stop)
  process.stdin.on('end', stop)
  process.stdin.on('close', stop)
  process.stdin.resume()
}
