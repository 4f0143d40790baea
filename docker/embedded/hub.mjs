#!/usr/bin/env node
/*
  The `hub` command. The stack's own commands are here; every other one is the hub's (gateway/cli.ts).
*/
import { requireNode } from './setup/requirements.mjs'
import { setUp } from './setup.mjs'
import { guarded, Stop } from './stack/terminal.mjs'

/** Loaded when asked for: on a fresh clone the packages some of them need come with the set-up. `takes`: how many arguments, where it is not for the command to say. */
const COMMANDS = {
  start: { setsUp: true, load: async () => (await import('./commands/start.mjs')).start },
  stop: { setsUp: false, takes: 0, load: async () => (await import('./commands/stop.mjs')).stop },
  status: { setsUp: false, takes: 0, load: async () => (await import('./commands/status.mjs')).status },
  backup: { setsUp: true, takes: 1, load: async () => (await import('./commands/backup.mjs')).backup },
  restore: { setsUp: true, takes: 1, load: async () => (await import('./commands/restore.mjs')).restore },
  demo: { setsUp: true, takes: 0, load: async () => (await import('./commands/demo.mjs')).demo },
  test: { setsUp: true, load: async () => (await import('./commands/test.mjs')).test },
  bench: { setsUp: true, load: async () => (await import('./commands/bench.mjs')).bench },
}

const OF_THE_HUB = { setsUp: true, load: async () => (await import('./commands/of-the-hub.mjs')).ofTheHub }

await guarded(async () => {
  requireNode()
  const [name, ...args] = process.argv.slice(2)
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : OF_THE_HUB
  const { setsUp, takes, load } = command
  if (takes !== undefined && (args.length !== takes || args[0]?.startsWith('-'))) throw new Stop(`usage: hub ${name}${takes === 1 ? ' DIR' : ''}`)
  if (setsUp) await setUp()
  const run = await load()
  return run(command === OF_THE_HUB ? process.argv.slice(2) : args)
})
