import { defineConfig } from 'vitest/config'

const INTEGRATION = 'test/**/*.int.test.ts'

/** Real parts of their own (PostgreSQL, Kafka, a mail server, a built package), no stack. */
const PARTS = [
  'test/connectors/**/*.int.test.ts',
  'test/docker/partners/{mail-operator,stand-ins}.int.test.ts',
  'test/gateway/fanout/**/{away,early-report,fanout,followed,hostile-hospital,member-mailbox,opposition,subscriber-away,subscriber-turn}.int.test.ts',
  'test/gateway/access/rights/rights-asked.int.test.ts',
  'test/gateway/bus/kafka-secured.int.test.ts',
  'test/gateway/{audit-anchors,http}.int.test.ts',
  'test/gateway/indicators/indicators.int.test.ts',
  'test/gateway/ledger/**/*.int.test.ts',
  'test/gateway/monitor/{attention,bound-routes,flow-csv,incidents,incidents-hanging,incidents-killed,overview-numbers,report,territory}.int.test.ts',
  'test/gateway/flows/{documents/release-held,identity/overtaken}.int.test.ts',
  'test/gateway/replay/compare.int.test.ts',
  'test/gateway/workers/**/*.int.test.ts',
  'test/profiles/fhir/build.int.test.ts',
]

/** On the stack, each with persons, mailboxes and clients of its own: ends no part, holds no partner, counts nothing of the whole hub. */
const TOGETHER = [
  'test/{bad-input,corpus,identity,main-job,stays,vendors,versions}.int.test.ts',
  'test/clients/*.int.test.ts',
  'test/docker/embedded/backup.int.test.ts',
  'test/flows/{circle-consent-evaluation,deposited-document,one-card,pps-exchange}.int.test.ts',
  'test/gateway/{access,store}/**/*.int.test.ts',
  'test/gateway/{monitor-questions,reference}.int.test.ts',
  'test/gateway/bus/{kafka,relay}.int.test.ts',
  'test/gateway/fanout/**/{members,subscription}.int.test.ts',
  'test/gateway/fhir/{answers-valid,claims,door,emergency,levels,read,validate-operation}.int.test.ts',
  'test/gateway/fhir/{subscription,write}/*.int.test.ts',
  'test/gateway/flows/**/*.int.test.ts',
  'test/hospitals/{acceptance,changes,hostile,identity-changes,identity-doubts,merge,merged-stays,quarantine,refused-versions}.int.test.ts',
  'test/mappers/{outgoing-resources,transmission-to-transaction/validate}.int.test.ts',
  'test/monitor/{flow,page,persons,territory}.int.test.ts',
  'test/profiles/fhir/{instances,search-parameters}.int.test.ts',
  'test/rights/{addressed,bad-input,duplicates,fishing-writes,matrix,opposition-queued,own-opposition,own-provenance,part-seen,statements}.int.test.ts',
]

/** On a stack that runs already (HUB_TEST_SANDBOX) all are of project `stack` and run one at a time. */
const [parts, together] = process.env['HUB_TEST_SANDBOX'] === undefined ? [PARTS, TOGETHER] : [[], []]

const timeouts = { testTimeout: 400_000, hookTimeout: 400_000 }
const globalSetup = ['test/support/stack.setup.ts']

/**
 * A test on real parts mostly waits: three files at a time keep two processors busy.
 * Files of one process share what they load (`isolate: false`): loading it anew for each took longer than the pure tests themselves.
 */
const AT_ONCE = { isolate: false, maxWorkers: 3, sequence: { groupOrder: 0 } }
const ALONE = { isolate: false, maxWorkers: 1, sequence: { groupOrder: 1 } }

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [INTEGRATION, 'test/bench/**'], testTimeout: 30_000, ...AT_ONCE } },
      { test: { name: 'parts', include: parts, globalSetup: ['test/support/postgres.setup.ts'], ...timeouts, ...AT_ONCE } },
      { test: { name: 'together', include: together, exclude: parts, globalSetup, ...timeouts, ...AT_ONCE } },
      { test: { name: 'stack', include: [INTEGRATION], exclude: [...parts, ...together], globalSetup, ...timeouts, ...ALONE } },
    ],
  },
})
