/*
  The login form of the identity provider: one page, in French, without anything from elsewhere.
*/
import { createHash } from 'node:crypto'

const STYLE = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh;background:Canvas;color:CanvasText}
main{width:min(22rem,calc(100vw - 2rem))}
label{display:block;margin-top:1rem}
input,button{font:inherit;box-sizing:border-box;width:100%;padding:.5rem}
button{margin-top:1.5rem;cursor:pointer}
[role=alert]{border-left:.25rem solid;padding-left:.75rem}`

/** Where the form may lead: a browser counts the redirects that follow it too. */
export const policyOf = (origins: readonly string[]): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    `form-action 'self' ${origins.join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

export function loginForm({ uid, name = '', alert }: { uid: string; name?: string; alert?: string }): string {
  return `<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Connexion (bac à sable)</title><style>${STYLE}</style></head>
<body><main>
<h1>Connexion</h1>
<p>Fournisseur d’identité du bac à sable.</p>
${alert === undefined ? '' : `<p role="alert">${escaped(alert)}</p>`}
<form method="post" action="/interaction/${escaped(uid)}">
<label for="name">Nom</label>
<input id="name" name="name" autocomplete="username" required value="${escaped(name)}"${name === '' ? ' autofocus' : ''}>
<label for="password">Mot de passe</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${name === '' ? '' : ' autofocus'}>
<button type="submit">Se connecter</button>
</form>
</main></body>
</html>
`
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
