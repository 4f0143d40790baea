/*
  Looks again from time to time, while the page is looked at.
*/
import { useEffect } from 'preact/hooks'

export function useEvery(ms: number, work: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => document.hidden || work(), ms)
    return () => clearInterval(timer)
  })
}
