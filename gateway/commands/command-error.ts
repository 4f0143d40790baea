/*
  What a command says in one line when it cannot do its work.
*/
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
