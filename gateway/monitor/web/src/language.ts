/*
  The language of the page: French unless switched to English, kept in this browser.
*/
export type Language = 'fr' | 'en'
export type Texts<Text> = Readonly<Record<Language, Text>>

const KEPT_AS = 'hub.language'

let current: Language = kept()

export const language = (): Language => current

/** The texts of a view in the language of the page; the shell draws everything again when it changes. */
export const textsIn = <Text>(texts: Texts<Text>): Text => texts[current]

/** `Délais : la remise`, `Latencies: delivered`. */
export const titled = (title: string, text: string): string => `${title}${current === 'fr' ? '\u00a0:' : ':'} ${text}`

export function setLanguage(chosen: Language): void {
  current = chosen
  document.documentElement.lang = chosen
  try {
    localStorage.setItem(KEPT_AS, chosen)
  } catch {
    // A browser that keeps nothing speaks French again next time.
  }
}

function kept(): Language {
  try {
    return localStorage.getItem(KEPT_AS) === 'en' ? 'en' : 'fr'
  } catch {
    return 'fr'
  }
}
