/*
  Looks again from time to time, while the page is looked at by somebody who is logged in.
*/
import { useEffect } from 'preact/hooks'
import { isLoggedOut } from '../api.ts'

export function useEvery(ms: number, work: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => document.hidden || isLoggedOut() || work(), ms)
    return () => clearInterval(timer)
  })
}
