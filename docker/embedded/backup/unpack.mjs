/*
  Unpacks the databases of a backup, as the user who will run the server.
*/
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { unprivileged } from '../parts/unprivileged.mjs'
import { Stop } from '../stack/terminal.mjs'

/**
 * In:     `tar` is a base backup, gzipped; `home` is the folder of the server, made here.
 * Throws: Stop, with what tar said.
 */
export async function unpack(tar, home) {
  const account = unprivileged([join(home, '..')])
  for (const path of [home, join(home, 'data')]) {
    mkdirSync(path, { mode: 0o700 })
    account.own(path)
  }
  // As its own input, not through a pipe of ours: tar stops reading at the mark of the end, wherever the sender is by then.
  const input = openSync(tar, 'r')
  const { file, args, options } = account.run('tar', ['-xzf', '-', '-C', join(home, 'data')])
  const child = spawn(file, args, { ...options, cwd: '/', stdio: [input, 'ignore', 'pipe'] })
  closeSync(input)
  let said = ''
  child.stderr.on('data', text => {
    said += text
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Stop(`the databases could not be unpacked: ${said.trim()}`)
}
