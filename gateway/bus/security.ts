/*
  How the hub comes to brokers that ask who it is. kafkajs reads these options at each connection: so do they their files, and what is renewed counts without a restart.
*/
import { readFileSync } from 'node:fs'
import type { KafkaConfig, SASLOptions } from 'kafkajs'
import { authoritiesIn } from '../../connectors/trust.ts'
import type { BusConfig } from './config.ts'

export function securityOf({ tls, sasl }: Pick<BusConfig, 'tls' | 'sasl'>): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return { ...(tls === undefined ? {} : { ssl: trust(tls) }), ...(sasl === undefined ? {} : { sasl: account(sasl) }) }
}

function trust({ caFile, certFile, keyFile }: NonNullable<BusConfig['tls']>): Exclude<KafkaConfig['ssl'], boolean | undefined> {
  return {
    get ca() {
      return authoritiesIn(caFile).ca
    },
    get cert() {
      return certFile === undefined ? undefined : readFileSync(certFile)
    },
    get key() {
      return keyFile === undefined ? undefined : readFileSync(keyFile)
    },
  }
}

function account({ mechanism, user, passwordFile }: NonNullable<BusConfig['sasl']>): SASLOptions {
  return {
    mechanism,
    username: user,
    get password() {
      return readFileSync(passwordFile, 'utf8').trim()
    },
  }
}
