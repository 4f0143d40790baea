/*
  Reads files of the hub's own that the configuration names: passwords, keys, authorities. They are replaced while it runs.
*/
import { HubError } from '../profiles/errors.ts'

/** What cannot be read at this moment is no fault of what is to be sent: it waits, as for a dependency that is away. Throws: config.unreadable at this key. */
export function ownFile<T>(path: string, dependency: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new HubError('config.unreadable', { path, dependency, cause })
  }
}
