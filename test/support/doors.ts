/*
  Where the tests of bus and store find a running Kafka and HAPI: HUB_TEST_KAFKA, HUB_TEST_HAPI, else the sandbox of HUB_DATA_DIR; undefined: such tests are skipped.
*/
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readSandbox } from './sandbox.ts'

function address(name: string, key: 'kafka' | 'hapi'): string | undefined {
  const dataDir = process.env['HUB_DATA_DIR'] ?? '.hub'
  return process.env[name] ?? (existsSync(join(dataDir, 'sandbox.json')) ? readSandbox(dataDir)[key] : undefined)
}

export const kafkaAddress = address('HUB_TEST_KAFKA', 'kafka')
export const hapiAddress = address('HUB_TEST_HAPI', 'hapi')
