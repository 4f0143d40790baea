/*
  The set-up, first step of every command: installs and builds what is missing, says what it does, is silent when nothing is to do.
  Plain Node without packages: on a fresh clone there are none yet. Argument `build`: the same, and nothing else.
*/
import { fileURLToPath } from 'node:url'
import { oneAtATime } from './setup/one-at-a-time.mjs'
import { requireJava, requireNode, requireSpace } from './setup/requirements.mjs'
import { javaParts, npmPackages, typescript } from './setup/steps.mjs'
import { readSettings } from './stack/settings.mjs'
import { guarded } from './stack/terminal.mjs'

const SPACE_TO_RUN_MIB = 600

export async function setUp() {
  requireNode()
  requireJava()
  requireSpace(readSettings().dataDir, SPACE_TO_RUN_MIB, 'the data of the hub')
  await oneAtATime(async () => {
    // npm and Maven fetch from elsewhere: side by side they take the time of the slower one.
    await Promise.all([npmPackages(), javaParts()])
    await typescript()
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await guarded(setUp)
