/*
  Starts one PostgreSQL for all tests that make databases of their own on it, and ends it afterwards.
*/
import { startOwnPostgres } from './postgres.ts'

export default async function startDatabases(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['HUB_TEST_POSTGRES'] !== undefined) return undefined
  const postgres = await startOwnPostgres()
  process.env['HUB_TEST_POSTGRES'] = postgres.url
  return () => postgres.stop()
}
