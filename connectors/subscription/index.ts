/*
  Subscribers: notifications by rest-hook, one POST each, to public networks only.
*/
import type { Connector } from '../connector.ts'
import { config, type SubscriptionConfig } from './config.ts'
import { check, send } from './send.ts'
import type { NotificationPayload } from './wire.ts'

export const connector = { name: 'subscription', config, send, check } satisfies Connector<SubscriptionConfig, NotificationPayload>
