/*
  The regional platform: FHIR notifications by HTTP.
*/
import type { Connector } from '../connector.ts'
import { config, type PlatformConfig } from './config.ts'
import { check, send } from './send.ts'
import type { PlatformPayload } from './wire.ts'

export const connector = { name: 'platform', config, send, check } satisfies Connector<PlatformConfig, PlatformPayload>
