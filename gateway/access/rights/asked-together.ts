/*
  Lets callers who ask the ledger the same kind of question at the same time share one statement. What is answered was read after it was asked.
*/
import { byCount, createGroupCommit } from '../../group-commit.ts'

/** Questions of one statement. */
const MOST = 300
/** An answer that was there this long before it is needed is asked for anew. */
const FRESH_MS = 200

export interface AskedTogether<Question, Answer> {
  ask(question: Question): Promise<Answer>
  /** A question whose answer is not needed yet goes along with the next that cannot wait. Out: gives its answer, asked for now where none went. */
  askAhead(question: Question): () => Promise<Answer>
}

interface Ahead<Question, Answer> {
  question: Question
  gone?: { at: number; answer: Promise<Answer> }
}

/** In: `answer` gives one answer for each question, in their order. */
export function askedTogether<Question, Answer>(answer: (questions: Question[]) => Promise<Answer[]>): AskedTogether<Question, Answer> {
  const waiting = new Set<Ahead<Question, Answer>>()
  const withThoseWaiting = async (questions: Question[]): Promise<Answer[]> => {
    const along = [...waiting]
    const answers = answer([...questions, ...along.map(one => one.question)])
    for (const [n, one] of along.entries()) {
      waiting.delete(one)
      one.gone = { at: performance.now(), answer: answers.then(all => all[questions.length + n] as Answer) }
      // Whoever asked may be gone by now.
      one.gone.answer.catch(() => undefined)
    }
    return (await answers).slice(0, questions.length)
  }
  const { add: ask } = createGroupCommit<Question, Answer>({
    run: withThoseWaiting,
    ...byCount(MOST),
    isWorthSplitting: () => false,
    concurrency: 2,
  })
  return {
    ask,
    askAhead(question) {
      const one: Ahead<Question, Answer> = { question }
      // Beyond that many, each asks for himself.
      if (waiting.size < MOST) waiting.add(one)
      let needed: Promise<Answer> | undefined
      return () => {
        waiting.delete(one)
        const { gone } = one
        needed ??= gone !== undefined && performance.now() - gone.at < FRESH_MS ? gone.answer : ask(question)
        return needed
      }
    },
  }
}
