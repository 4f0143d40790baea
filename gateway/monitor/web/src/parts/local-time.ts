/*
  Times between the address, where they have their zone, and a field of the form, where they are those of the reader's machine.
*/
const two = (number: number): string => String(number).padStart(2, '0')

/** `2026-11-28T08:41:00Z` → `2026-11-28T09:41:00` in Paris; empty for what is no time. */
export function toLocal(time: string): string {
  const at = new Date(time.replace(' ', '+'))
  if (time === '' || Number.isNaN(at.getTime())) return ''
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** The way back, in UTC to the second. */
export function fromLocal(text: string): string {
  const at = new Date(text)
  return text === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString().replace(/\.\d+Z$/, 'Z')
}

/** What the field says; as it was drawn it is what the address says, to the millisecond, also of two times that read alike when clocks go back. */
export const changedFrom = (known: string, text: string): string => (text !== '' && fromLocal(text) === fromLocal(toLocal(known)) ? known : fromLocal(text))
