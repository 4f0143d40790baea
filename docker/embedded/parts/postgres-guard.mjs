/*
  The parent of PostgreSQL: runs as the unprivileged user, and stops the server when the supervisor is gone (its channel closes) or asks (SIGTERM).
  Arguments: the postgres binary, then its arguments. Sends {pid} of the server to the supervisor.
*/
import { spawn } from 'node:child_process'

const FAST_STOP_MS = 20_000

const [binary, ...args] = process.argv.slice(2)
const server = spawn(binary, args, { stdio: ['ignore', 'inherit', 'inherit'] })

// SIGINT is PostgreSQL's fast stop: sessions end, nothing committed is lost. SIGQUIT leaves the rest to recovery.
function stop() {
  server.kill('SIGINT')
  setTimeout(() => server.kill('SIGQUIT'), FAST_STOP_MS).unref()
}

for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, stop)
process.on('disconnect', stop)
server.on('error', () => process.exit(1))
server.on('exit', code => process.exit(code ?? 1))
server.on('spawn', () => process.send?.({ pid: server.pid }, () => undefined))
