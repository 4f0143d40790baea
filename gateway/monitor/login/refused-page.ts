/*
  What a person reads whose login came to nothing: one sentence in his language, and the way to begin again. Others get the JSON of every error.
*/
import type { Request, Response } from 'express'
import { ERRORS, HubError } from '../../../profiles/errors.ts'

const WORDS = {
  fr: { title: 'Connexion impossible', again: 'Se connecter à nouveau' },
  en: { title: 'Login not possible', again: 'Log in again' },
}

/** Throws what is no refusal, and every one where no page is asked for. */
export async function tellRefused({ request, response }: Readonly<{ request: Request; response: Response }>, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof HubError) || error.kind === 'defect' || request.accepts('json', 'html') !== 'html') throw error
    const language = request.acceptsLanguages('fr', 'en') === 'en' ? 'en' : 'fr'
    const row: { http: number; text: string; fr?: string } = ERRORS[error.code]
    const { title, again } = WORDS[language]
    const text = language === 'fr' ? (row.fr ?? row.text) : row.text
    response.status(row.http).set('Cache-Control', 'no-store').type('html')
    response.send(
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${title}</title></head>` +
        `<body><main><h1>${title}</h1><p role="alert">${text}</p><p><a href="/monitor/login">${again}</a></p></main></body></html>\n`,
    )
  }
}
