/*
  hub start --config FILE: the hub alone, in the foreground, against the parts that the configuration names.
*/
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ROOT } from '../stack/settings.mjs'
import { Stop } from '../stack/terminal.mjs'

export async function startConfigured(file) {
  const path = resolve(file)
  if (!existsSync(path)) throw new Stop(`there is no configuration ${path}.`)
  const hub = spawn(process.execPath, ['--enable-source-maps', join(ROOT, 'dist', 'gateway', 'main.js'), '--config', path], { stdio: 'inherit' })
  // A terminal sends its Ctrl-C to both of us; a service manager only to this process.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => hub.kill('SIGTERM'))
  const [code] = await once(hub, 'exit')
  return code ?? 1
}
