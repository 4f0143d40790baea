/*
  Tells whether an address to listen on is reachable from this machine only.
*/
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
