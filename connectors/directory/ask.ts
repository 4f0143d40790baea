/*
  Asks the national directory for the mailboxes of one professional or structure: one GET, one attempt.
*/
import { readFileSync } from 'node:fs'
import { request } from 'undici'
import { HubError } from '../../profiles/errors.ts'
import { deadlineOf } from '../deadline.ts'
import { ownFile } from '../own-file.ts'
import { wholeAnswer } from '../whole-answer.ts'
import type { DirectoryConfig } from './config.ts'
import { type DirectoryHolder, type DirectoryQuestion, questionUrl, readHolders, refusal } from './wire.ts'

/**
 * Out:    the professional with his roles, or the structure; empty when the directory knows none.
 * Throws: directory.unreachable (408, 429, 5xx, no connection; dependency `directory`), directory.refused, config.unreadable.
 */
export async function ask(
  question: DirectoryQuestion,
  config: DirectoryConfig,
  signal: AbortSignal = AbortSignal.timeout(config.timeoutMs),
): Promise<DirectoryHolder[]> {
  const { status, text } = await get(questionUrl(config.url, question), config, deadlineOf(signal, config.timeoutMs))
  if (status !== 200) throw refusal(status)
  return readHolders(text)
}

/** Reachable and allowed? Asks for `/metadata`. */
export async function check(config: DirectoryConfig): Promise<void> {
  const { status } = await get(`${config.url.replace(/\/+$/, '')}/metadata`, config, AbortSignal.timeout(config.timeoutMs))
  if (status >= 400) throw refusal(status)
}

async function get(url: string, config: DirectoryConfig, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const headers = { accept: 'application/fhir+json', ...keyOf(config) }
  try {
    const response = await request(url, { method: 'GET', headers, signal })
    const bytes = await wholeAnswer(response.body)
    if (bytes === undefined) throw new HubError('directory.refused', { path: 'Bundle' })
    return { status: response.statusCode, text: bytes.toString('utf8') }
  } catch (cause) {
    if (cause instanceof HubError) throw cause
    throw new HubError('directory.unreachable', { cause, dependency: 'directory' })
  }
}

function keyOf({ apiKeyFile }: DirectoryConfig): Record<string, string> {
  if (apiKeyFile === undefined) return {}
  return ownFile('connectors.directory.apiKeyFile', 'directory', () => ({ 'ESANTE-API-KEY': readFileSync(apiKeyFile, 'utf8').trim() }))
}
