/*
  Apache Kafka, KRaft, one node, in its own JVM.
*/
import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { privateFolder, writeAtomically } from '../stack/files.mjs'
import { answers } from '../stack/ports.mjs'
import { classArchive, classPath, findJava } from './java.mjs'

const JVM = [
  ...['-Xms256m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:MaxMetaspaceSize=160m', '-XX:ReservedCodeCacheSize=64m', '-Xss512k'],
  ...['-XX:MaxDirectMemorySize=64m', '-XX:+ExitOnOutOfMemoryError', '-XX:TieredStopAtLevel=1'],
]

export function kafkaPart(settings) {
  const java = findJava()
  const home = settings.inside('kafka')
  const properties = settings.inside('kafka', 'server.properties')
  let archive = { keep: () => undefined, isMade: true }
  return {
    name: 'kafka',
    prepare() {
      privateFolder(home)
      writeAtomically(properties, serverProperties(settings))
    },
    spawn(log) {
      archive = classArchive('kafka', java)
      const args = [...JVM, ...archive.flags, '-cp', classPath('kafka').join(delimiter), 'fr.eparcours.kafka.Launcher', properties]
      return spawn(java, args, { cwd: home, stdio: ['pipe', log, log], detached: true, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } })
    },
    isHealthy: () => answers(settings.ports.kafka),
    afterCleanEnd: () => archive.keep(),
    isSlowToStop: () => !archive.isMade,
    stop: () => ({ signalName: 'SIGTERM', limitMs: archive.isMade ? 30_000 : 90_000 }),
  }
}

function serverProperties({ ports, inside }) {
  const broker = `PLAINTEXT://127.0.0.1:${ports.kafka}`
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.kafkaController}`,
    listeners: `${broker},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
    'advertised.listeners': broker,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': inside('kafka', 'data'),
    ...ONE_NODE,
    ...SIZES,
  }
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('')
}

const ONE_NODE = {
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 1,
  'default.replication.factor': 1,
  'min.insync.replicas': 1,
  'num.partitions': 12,
  'auto.create.topics.enable': false,
  'group.initial.rebalance.delay.ms': 0,
  // After a crash the controller refuses the node until its old session ends: 2 s instead of 9.
  'broker.session.timeout.ms': 2000,
  'broker.heartbeat.interval.ms': 500,
}

const SIZES = {
  'num.network.threads': 2,
  'num.io.threads': 4,
  'background.threads': 2,
  'num.recovery.threads.per.data.dir': 2,
  'log.segment.bytes': 16_777_216,
  'log.index.size.max.bytes': 1_048_576,
  'metadata.log.segment.bytes': 8_388_608,
  'offsets.topic.segment.bytes': 8_388_608,
  'transaction.state.log.segment.bytes': 8_388_608,
  'log.cleaner.dedupe.buffer.size': 4_194_304,
  'log.cleaner.threads': 1,
  'log.retention.hours': 168,
  'socket.request.max.bytes': 20_971_520,
  'message.max.bytes': 5_242_880,
  'replica.fetch.max.bytes': 5_242_880,
}
