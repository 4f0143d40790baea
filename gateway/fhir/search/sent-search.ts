/*
  A search as it was sent: the parameters behind the address, those of the form of a POST, and how strictly they are to be taken.
*/
import { type Request, type RequestHandler, text } from 'express'
import { queryOf, requireForm } from '../negotiate.ts'
import { requireShortUrl } from './query.ts'

/** The body of POST _search, as text. */
export const readForm: RequestHandler = text({ type: 'application/x-www-form-urlencoded', limit: '64kb' })

/** Throws: fhir.url_too_long, fhir.media_type. */
export function sentParameters(request: Request): URLSearchParams {
  const sent = new URLSearchParams(queryOf(request))
  requireShortUrl(request.originalUrl)
  if (request.method !== 'POST') return sent
  requireForm(request)
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
  for (const [name, value] of form) sent.append(name, value)
  return sent
}

/** May unknown parameters be passed over? */
export const isLenient = (request: Request): boolean => /(^|[\s,;])handling\s*=\s*"?lenient"?($|[\s,;])/i.test(request.get('prefer') ?? '')
