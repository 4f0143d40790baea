/*
  The secret files of a configuration, and which of them others than their owner may read.
*/
import { statSync } from 'node:fs'
import { filesNamed } from '../config-files.ts'
import type { HubConfig } from '../config.ts'

const OTHERS_READ = 0o044

/** Out: the path in the configuration and the mode of each; a file that is not there is found by whoever reads it. */
export function openSecrets(config: HubConfig): { path: string; mode: string }[] {
  return filesNamed(config).flatMap(({ path, file, kind }) => {
    const mode = kind === 'secret' ? statSync(file, { throwIfNoEntry: false })?.mode : undefined
    return mode === undefined || (mode & OTHERS_READ) === 0 ? [] : [{ path, mode: (mode & 0o777).toString(8) }]
  })
}
