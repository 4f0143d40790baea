/*
  Lets callers who ask the ledger the same kind of question at the same time share one statement. What is answered was read after it was asked.
*/
import { createGroupCommit } from '../group-commit.ts'

/** Questions of one statement. */
const MOST = 300

/** In: `answer` gives one answer for each question, in their order. */
export function askedTogether<Question, Answer>(answer: (questions: Question[]) => Promise<Answer[]>): (question: Question) => Promise<Answer> {
  const { add } = createGroupCommit<Question, Answer>({
    run: answer,
    sizeOf: () => 1,
    isWorthSplitting: () => false,
    maxItems: MOST,
    maxBytes: MOST,
    concurrency: 2,
  })
  return add
}
