/*
  What proves the audit beside the database: the key of its anchors, and the file they are copied to.
*/
import { join } from 'node:path'
import type { HubConfig } from './config.ts'
import type { Keys } from './keys.ts'

export const auditSecretOf = (keys: Keys): string => keys.reference('audit.anchors')

export const anchorFileOf = ({ dataDir }: Pick<HubConfig, 'dataDir'>): string => join(dataDir, 'audit-anchors.jsonl')
