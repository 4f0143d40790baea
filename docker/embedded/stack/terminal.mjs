/*
  What people read on the terminal: steps that take over a second, and the one line that says why nothing can go on.
*/

/** Something the person at the terminal must do; shown as one line, without a stack. */
export class Stop extends Error {}

const ANNOUNCE_AFTER_MS = 1000

export const say = line => process.stdout.write(`${line}\n`)

/** Beside what a command prints, which may be read by a program. */
const sayBeside = line => process.stderr.write(`${line}\n`)

export const seconds = sinceMs => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`

/** Runs `work`; says `title` once it has taken over a second, and how long it took at its end. */
export async function announced(title, work) {
  const began = Date.now()
  let wasSaid = false
  const timer = setTimeout(() => {
    wasSaid = true
    sayBeside(`${title} …`)
  }, ANNOUNCE_AFTER_MS)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
    if (wasSaid) sayBeside(`${title}: ${seconds(began)}`)
  }
}

/** Runs a command's main function; a Stop becomes one line and exit code 1. */
export async function guarded(main) {
  // `| head`: whoever reads has had enough.
  process.stdout.on('error', error => process.exit(error.code === 'EPIPE' ? 0 : 1))
  try {
    process.exitCode = (await main()) ?? process.exitCode ?? 0
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    sayBeside(`hub: ${error.message}`)
    process.exitCode = 1
  }
}
