/*
  PostgreSQL refuses to run as root: says as whom, and how, it is started.
*/
import { execFileSync } from 'node:child_process'
import { chownSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Stop } from '../stack/terminal.mjs'

const OTHERS_MAY_ENTER = 0o001

/**
 * In:  the folders PostgreSQL must reach.
 * Out: `run(file, args)` gives the command to spawn and its options; `own(path)` hands a folder over.
 */
export function unprivileged(reached) {
  if (process.getuid?.() !== 0) return { run: (file, args) => ({ file, args, options: {} }), own: () => undefined }
  const { uid, gid } = nobody()
  const own = path => chownSync(path, uid, gid)
  if (reached.every(isOpenToOthers)) return { run: (file, args) => ({ file, args, options: { uid, gid } }), own }
  // A checkout under a closed home folder: the server keeps one capability, to pass through folders; access(2) heeds it only with that secure bit.
  const setpriv = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_read_search',
    '--ambient-caps=+dac_read_search',
  ]
  requireSetpriv(setpriv, reached)
  return { run: (file, args) => ({ file: 'setpriv', args: [...setpriv, file, ...args], options: {} }), own }
}

function requireSetpriv(options, reached) {
  try {
    execFileSync('setpriv', [...options, 'true'], { stdio: 'ignore' })
  } catch {
    const closed = reached.find(path => !isOpenToOthers(path))
    throw new Stop(
      `PostgreSQL never runs as root and another user cannot enter ${closed}. Run the hub as an ordinary user, or put it and HUB_DATA_DIR where others may enter.`,
    )
  }
}

function nobody() {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (name === 'nobody') return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Stop('PostgreSQL never runs as root and this machine has no user `nobody`. Run the hub as an ordinary user.')
}

function isOpenToOthers(path) {
  for (let at = path; ; at = dirname(at)) {
    if ((statSync(at).mode & OTHERS_MAY_ENTER) === 0) return false
    if (at === dirname(at)) return true
  }
}
