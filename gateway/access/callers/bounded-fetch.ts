/*
  Fetch for what identity providers and the key sets of partners answer: nobody makes the hub hold an answer without end.
*/
import { wholeAnswer } from '../../../connectors/whole-answer.ts'

/** Throws: as fetch; RangeError for an answer that is too long. */
export async function boundedFetch(address: Parameters<typeof fetch>[0], options?: object): Promise<Response> {
  const answer = await fetch(address, options)
  if (answer.body === null) return answer
  const bytes = await wholeAnswer(answer.body)
  if (bytes === undefined) throw new RangeError('the answer is too long')
  return new Response(bytes, answer)
}
