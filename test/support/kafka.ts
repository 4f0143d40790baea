/*
  A Kafka broker of a test's own that asks who comes: an account over TLS (SASL), and a client certificate.
*/
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } from 'kafkajs'
import { load } from '../docker/embedded/load.ts'
import type { CertificateFiles } from './certificates.ts'
import { freePort } from './free-port.ts'

const { classPath, findJava } = await load<{ classPath(module: string): string[]; findJava(): string }>('parts/java.mjs')

export interface SecuredBroker {
  /** TLS, and the account `hub` by PLAIN or SCRAM. */
  withAccount: string
  /** TLS, both ways: the certificate of `CN=hub`. */
  withCertificate: string
  stop(): Promise<void>
}

interface Secured {
  folder: string
  authority: CertificateFiles
  /** Of the broker, for 127.0.0.1. */
  server: CertificateFiles
  password: string
}

/** What the page on the configuration asks for the hub, and no more. */
const RIGHTS = [
  { type: AclResourceTypes.TOPIC, operations: ['READ', 'WRITE', 'CREATE', 'DESCRIBE'] },
  { type: AclResourceTypes.GROUP, operations: ['READ'] },
] as const

async function allow(inside: string): Promise<void> {
  const admin = new Kafka({ brokers: [inside], logLevel: logLevel.NOTHING, retry: { retries: 240, maxRetryTime: 500 } }).admin()
  await admin.connect()
  const acl = RIGHTS.flatMap(({ type, operations }) =>
    operations.flatMap(operation =>
      ['User:hub', 'User:CN=hub'].map(principal => ({
        resourceType: type,
        resourceName: 'hub.',
        resourcePatternType: ResourcePatternTypes.PREFIXED,
        principal,
        host: '*',
        operation: AclOperationTypes[operation],
        permissionType: AclPermissionTypes.ALLOW,
      })),
    ),
  )
  await admin.createAcls({ acl })
  await admin.disconnect()
}

const LOGIN = 'org.apache.kafka.common.security'

export async function startSecuredBroker({ folder, authority, server, password }: Secured): Promise<SecuredBroker> {
  const ports = { account: await freePort(), certificate: await freePort(), inside: await freePort(), controller: await freePort() }
  const keystore = join(folder, 'broker.pem')
  writeFileSync(keystore, readFileSync(server.keyFile, 'utf8') + readFileSync(server.certFile, 'utf8'))
  const address = (name: string, port: number): string => `${name}://127.0.0.1:${port}`
  const listeners = [address('ACCOUNT', ports.account), address('CERTIFICATE', ports.certificate), address('INSIDE', ports.inside)]
  const properties = join(folder, 'server.properties')
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: [...listeners, address('CONTROLLER', ports.controller)].join(),
    'advertised.listeners': listeners.join(),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INSIDE',
    'listener.security.protocol.map': 'ACCOUNT:SASL_SSL,CERTIFICATE:SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keystore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': authority.certFile,
    'listener.name.certificate.ssl.client.auth': 'required',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.account.plain.sasl.jaas.config': `${LOGIN}.plain.PlainLoginModule required user_hub="${password}";`,
    'listener.name.account.scram-sha-512.sasl.jaas.config': `${LOGIN}.scram.ScramLoginModule required;`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
    'log.dirs': join(folder, 'data'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
  }
  writeFileSync(
    properties,
    Object.entries(lines)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  const classes = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classPath('kafka').join(delimiter)]
  const account = `SCRAM-SHA-512=[name=hub,password=${password}]`
  const formatted = spawnSync(findJava(), [
    ...classes,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    'AAAAAAAAAAAAAAAAAAAAAQ',
    '-c',
    properties,
    '--add-scram',
    account,
  ])
  if (formatted.status !== 0) throw new Error(`the broker's folder cannot be made: ${String(formatted.stdout)} ${String(formatted.stderr)}`)
  // It ends with us: the parent holds its standard input open.
  const broker = spawn(findJava(), [...classes, 'fr.eparcours.kafka.Launcher', properties], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] })
  await allow(`127.0.0.1:${ports.inside}`)
  return {
    withAccount: `127.0.0.1:${ports.account}`,
    withCertificate: `127.0.0.1:${ports.certificate}`,
    async stop() {
      const ended = once(broker, 'exit')
      broker.kill('SIGKILL')
      await ended
    },
  }
}
