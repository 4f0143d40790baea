/*
  Writes sandbox.json: addresses, clients and pids, for people and for tests that drive the stack from outside.
*/
import { readJson, writeJson } from '../stack/files.mjs'
import { ALERTS } from './addresses.mjs'

const HOST = '127.0.0.1'
const ALERT_GRACE_SECONDS = 60

export const ledgerUrl = ({ ports }, { passwords }) => `postgresql://hub:${passwords.hub}@${HOST}:${ports.postgres}/ledger`

export const alertUrl = ports => `http://${HOST}:${ports.webhooks}${ALERTS.path}`

/** @public Read by its test. */
export function sandboxOf(settings, secrets, pids) {
  const { ports } = settings
  const http = `http://${HOST}:${ports.http}`
  return {
    http,
    fhir: `${http}/fhir`,
    hapi: `http://${HOST}:${ports.hapi}/fhir`,
    hospital: `http://${HOST}:${ports.hospitalHttp}`,
    platform: `http://${HOST}:${ports.platform}`,
    directory: `http://${HOST}:${ports.directory}`,
    identity: `http://${HOST}:${ports.identity}`,
    kafka: `${HOST}:${ports.kafka}`,
    postgres: ledgerUrl(settings, secrets),
    mllp: { host: HOST, port: ports.mllp },
    smtp: { host: HOST, port: ports.smtp },
    imap: { host: HOST, port: ports.imap },
    mailPassword: secrets.passwords.mail,
    pids,
    alerts: { mail: ALERTS.mail, webhook: alertUrl(ports), secret: secrets.files.alerts },
    alertGraceSeconds: ALERT_GRACE_SECONDS,
    clients: secrets.clients.map(({ jwks: _public, ...client }) => client),
    users: secrets.users.map(({ name, password, role, territory }) => ({ name, password, role, territory })),
    issuers: secrets.issuers.map(({ jwks: _public, ...issuer }) => issuer),
  }
}

/** `pids` is kept current: a test that kills a part finds the new one here. */
export function writeSandbox(settings, secrets, pids) {
  writeJson(settings.files.sandbox, sandboxOf(settings, secrets, pids))
}

/** After a stop the addresses and keys stay, the pids do not. */
export function clearPids(settings) {
  const sandbox = readJson(settings.files.sandbox)
  if (sandbox !== undefined) writeJson(settings.files.sandbox, { ...sandbox, pids: {} })
}
