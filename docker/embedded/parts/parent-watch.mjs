/*
  Preloaded into our Node parts: asks the process to end when its standard input does, that is when the supervisor is gone.
*/
import { isMainThread } from 'node:worker_threads'

const PATIENCE_MS = 20_000

if (isMainThread) {
  process.stdin.on('error', () => undefined)
  process.stdin.on('end', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(1), PATIENCE_MS).unref()
  })
  process.stdin.resume()
  // The watch alone must not keep a part alive that has nothing more to do.
  process.stdin.unref?.()
}
