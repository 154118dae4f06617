import type { Recorded, Subject } from '../domain/record';
import type { Answer, Letter } from './letter';

interface Handled<Document, Verdict> {
  documents: Document[];
  answer?: Answer<Verdict>;
}

/** A query's answer takes so much and no more: a long record is told in pages. */
const PAGE = 100;

/** What support staff read beside the query that gives it. */
export const RECORDED = 'The messages this run has on record from a version on, a hundred at most';

interface Book<State, Document, Verdict> {
  /** Has a message decided and recorded on a state, and says what the record holds. */
  record(state: State | undefined, letter: Letter, at: string): Promise<Handled<Document, Verdict>>;
  take(state: State | undefined, document: Document): State | undefined;
}

/**
 * A subject as its record tells it. It has each message recorded and evolves what was recorded, never what it would have
 * liked; so a killed worker, a reset, a second start or a continuation all take up the same record.
 */
export class Chronicle<State extends Subject, Document extends Recorded<unknown>, Verdict> {
  readonly events: Document['events'][number][] = [];
  private readonly documents: Document[] = [];
  private readonly answered = new Set<string>();
  /** Whether a message is being handled, or none was yet: the state lags behind. */
  busy: boolean;

  constructor(
    private readonly book: Book<State, Document, Verdict>,
    public state?: State,
  ) {
    this.busy = state === undefined;
  }

  knows(messageId: string): boolean {
    return this.answered.has(messageId);
  }

  /** What this run took up of the record from `version` on, the first of it: enough to put it on record again. */
  recordedSince(version = 0): Document[] {
    return this.documents.filter(({ fromVersion }) => fromVersion >= version).slice(0, PAGE);
  }

  /** Has one message recorded and takes up whatever the record says, other people's messages first. */
  async handle(letter: Letter): Promise<Answer<Verdict>> {
    this.busy = true;
    try {
      for (;;) {
        const { documents, answer } = await this.book.record(this.state, letter, new Date().toISOString());
        documents.forEach((document) => this.takeUp(document));
        if (!answer) continue;
        this.answered.add(letter.messageId);
        return answer;
      }
    } finally {
      this.busy = false;
    }
  }

  private takeUp(document: Document): void {
    this.answered.add(document.messageId);
    if (document.fromVersion !== (this.state?.version ?? 0)) return;
    this.state = this.book.take(this.state, document);
    this.events.push(...document.events);
    this.documents.push(document);
  }
}
