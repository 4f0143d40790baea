/*
  Writes hub.json: the hub's configuration for this stack; and the one of a hub process that joins it.
*/
import { readJson, writeJson } from '../stack/files.mjs'
import { ALERTS, MAIL, partners, STRUCTURES, unknownSenders } from './addresses.mjs'
import { alertUrl, ledgerUrl } from './sandbox-file.mjs'

const HOST = '127.0.0.1'
/** The hub's name at the identity provider of the sandbox. */
export const MONITOR_CLIENT = 'hub-monitor'

export function writeHubConfiguration(settings, secrets) {
  writeJson(settings.files.hubConfig, settings.isJoining ? joinedConfiguration(settings) : hubConfiguration(settings, secrets))
}

/**
 * All of the stack's configuration but the two ports the process opens itself.
 * @public Read by its test.
 */
export function joinedConfiguration({ ports, inside }) {
  const stack = readJson(inside('hub.json'))
  const hospital = { ...stack.connectors.hospital, port: ports.mllp }
  return { ...stack, http: { ...stack.http, port: ports.http }, connectors: { ...stack.connectors, hospital } }
}

/** @public Read by its test. */
export function hubConfiguration(settings, secrets) {
  const { ports, dataDir } = settings
  const { files } = secrets
  return {
    environment: 'test',
    dataDir,
    http: { host: HOST, port: ports.http },
    ledger: { url: ledgerUrl(settings, secrets) },
    store: { url: `http://${HOST}:${ports.hapi}/fhir` },
    kafka: { brokers: [`${HOST}:${ports.kafka}`] },
    connectors: {
      hospital: { host: HOST, port: ports.mllp },
      mssante: mssante(settings, files),
      platform: { partner: 'region', url: `http://${HOST}:${ports.platform}`, topic: 'hub.partner.region' },
      subscription: { allow: [HOST], caFile: files.authorities },
      directory: { url: `http://${HOST}:${ports.directory}/fhir/v2` },
    },
    partners: partners(ports),
    sandbox: unknownSenders(ports),
    clients: secrets.clients.map(({ key: _key, ...registered }) => registered),
    issuers: secrets.issuers.map(({ key: _key, audience, ...known }) => ({ ...known, audience: [audience] })),
    organizations: Object.values(STRUCTURES),
    emergency: { privacyOfficer: STRUCTURES.dac.finess },
    monitor: {
      login: { issuer: `http://${HOST}:${ports.identity}`, clientId: MONITOR_CLIENT, clientSecretFile: files['monitor-login'] },
    },
    alerts: alerts(settings, files),
    keys: { pseudonymFile: files.pseudonym, referenceFile: files.reference, signingFile: files.signing },
  }
}

/** Shorter than anywhere else, so that whoever tries the hub sees an incident begin and end. */
function alerts({ ports }, files) {
  const times = { everySeconds: 2, endAfterSeconds: 5, laneParkedSeconds: 10, partnerDownSeconds: 10, partNotReadySeconds: 10 }
  const webhooks = [{ url: alertUrl(ports), secretFile: files.alerts }]
  return { mail: [{ address: ALERTS.mail }], webhooks, webhookAllow: [HOST], ...times }
}

function mssante({ ports }, files) {
  const server = port => ({ host: HOST, port, security: 'starttls', caFile: files.tlsCertificate, servername: 'localhost' })
  return {
    address: MAIL.hubAddress,
    displayName: MAIL.hubName,
    smtp: server(ports.smtp),
    imap: { host: HOST, port: ports.imap, security: 'none' },
    user: MAIL.hubAddress,
    passwordFile: files.mail,
  }
}
