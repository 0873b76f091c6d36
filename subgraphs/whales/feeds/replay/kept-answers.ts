import type { RecordedAnswer } from '../recording/read';

/** All texts together, in characters. */
const MOST_TEXT = 64 * 1024 * 1024;

/** The newest answer to each question, as many as there is room for. */
export class KeptAnswers {
  private readonly byQuestion = new Map<string, RecordedAnswer>();
  private text = 0;

  get(question: string): RecordedAnswer | null {
    return this.byQuestion.get(question) ?? null;
  }

  keep(question: string, answer: RecordedAnswer): void {
    this.forget(question);
    this.byQuestion.set(question, answer);
    this.text += question.length + answer.text.length;
    for (const oldest of this.byQuestion.keys()) {
      if (this.text <= MOST_TEXT) break;
      this.forget(oldest);
    }
  }

  private forget(question: string): void {
    const answer = this.byQuestion.get(question);
    if (answer === undefined) return;
    this.byQuestion.delete(question);
    this.text -= question.length + answer.text.length;
  }
}
