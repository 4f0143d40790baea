/*
  Where this stack lives: its folder and its ports, from HUB_DATA_DIR and HUB_PORT_OFFSET.
*/
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stop } from './terminal.mjs'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const TARGET = fileURLToPath(new URL('../target', import.meta.url))

/** Every port of the stack: the published ones of the sandbox, then those that stay inside it. */
const PORTS = {
  http: 8080,
  mllp: 2575,
  hapi: 8081,
  kafka: 9092,
  postgres: 5433,
  smtp: 3025,
  imap: 3143,
  hospitalMllp: 2576,
  hospitalHttp: 8083,
  platform: 8082,
  directory: 8084,
  identity: 8085,
  webhooks: 8086,
  kafkaController: 9093,
}

/** Which ports each part opens, in the words of the message that says one is taken. */
export const PORTS_OF = {
  postgres: { postgres: 'PostgreSQL' },
  hapi: { hapi: 'HAPI FHIR' },
  kafka: { kafka: 'Kafka', kafkaController: "Kafka's controller" },
  mail: { smtp: 'SMTP', imap: 'IMAP' },
  partners: {
    hospitalMllp: 'the hospital stand-in (MLLP)',
    hospitalHttp: 'the hospital stand-in (HTTP)',
    platform: 'the platform stand-in',
    directory: 'the directory stand-in',
    identity: 'the identity provider',
    webhooks: 'the webhook stand-in',
  },
  hub: { http: "the hub's HTTP door", mllp: "the hub's MLLP door" },
}

/** What fetch and browsers never connect to (WHATWG Fetch, "bad ports"), of those the stack could open: it would start and never be seen to be ready. */
const UNREACHED = 10_080

/** In the order they are listed to people; all are started at once and stopped in reverse. */
export const PARTS = Object.keys(PORTS_OF)

export function readSettings({ environment = process.env, isJoining = false } = {}) {
  const offset = readOffset(environment.HUB_PORT_OFFSET)
  const instance = isJoining ? `join-${offset}` : 'stack'
  const ports = Object.fromEntries(Object.entries(PORTS).map(([name, port]) => [name, port + offset]))
  const dataDir = resolve(environment.HUB_DATA_DIR || join(ROOT, '.hub'))
  const inside = (...names) => join(dataDir, ...names)
  // A hub process that joins keeps its own book beside that of the stack.
  const run = name => inside('run', instance, name)
  return {
    dataDir,
    offset,
    ports,
    files: {
      sandbox: inside('sandbox.json'),
      hubConfig: inside(isJoining ? `hub-${instance}.json` : 'hub.json'),
      pids: run('pids.json'),
      state: run('state.json'),
      lock: run('lock.json'),
    },
    logOf: name => inside('logs', isJoining ? `${name}-${instance}.log` : `${name}.log`),
    isJoining,
    inside,
  }
}

function readOffset(text) {
  if (text === undefined || text === '') return 0
  const highest = Math.max(...Object.values(PORTS))
  const offset = Number(text)
  if (!Number.isInteger(offset) || offset < 0 || highest + offset > 65_535) {
    throw new Stop(`HUB_PORT_OFFSET must be a whole number from 0 to ${65_535 - highest}.`)
  }
  if (Object.values(PORTS).includes(UNREACHED - offset))
    throw new Stop(
      `HUB_PORT_OFFSET=${offset} makes a port of the hub ${UNREACHED}, to which browsers and Node never connect. Take another, for example ${offset + 100}.`,
    )
  return offset
}
