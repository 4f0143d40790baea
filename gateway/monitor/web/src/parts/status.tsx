/*
  How something fares: a sign and a word, never the colour alone.
*/
export type Tone = 'good' | 'running' | 'waiting' | 'bad' | 'neutral'

const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', running: '▶', waiting: '◷', bad: '✕', neutral: '○' }

export const Status = ({ tone, text }: { tone: Tone; text: string }) => (
  <span class={`status ${tone}`}>
    <span aria-hidden="true">{SIGNS[tone]}</span> {text}
  </span>
)
