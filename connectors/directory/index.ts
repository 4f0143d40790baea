/*
  The national directory of professionals and structures: asked for MSSanté mailboxes, never written to.
*/
import type { Connector } from '../connector.ts'
import { ask, check } from './ask.ts'
import { config, type DirectoryConfig } from './config.ts'

export const connector = { name: 'directory', config, check, ask } satisfies Connector<DirectoryConfig, never> & { ask: unknown }
