import type { RawAnswer, SubgraphRequest } from './subgraph-client';

interface Fetched {
  request: SubgraphRequest;
  answer: Promise<RawAnswer>;
  /** It was of use as it came, and is known to metrics. */
  isUsed: boolean;
}

/** What one request to the router has fetched, for the case that it is looked at twice. */
export class FetchedAnswers {
  private readonly known: Fetched[] = [];

  constructor(private readonly ask: (request: SubgraphRequest) => Promise<RawAnswer>) {}

  /** Asks, or takes the same question's answer, or failure. */
  fetch(request: SubgraphRequest): Promise<RawAnswer> {
    const known = request.repeatable ? this.find(request) : undefined;
    if (known) return known.answer;
    const answer = this.ask(request);
    this.known.push({ request, answer, isUsed: false });
    return answer;
  }

  use(request: SubgraphRequest): void {
    const known = this.find(request);
    if (known) known.isUsed = true;
  }

  isUsed(request: SubgraphRequest): boolean {
    return this.find(request)?.isUsed ?? false;
  }

  private find({ subgraph, body }: SubgraphRequest): Fetched | undefined {
    return this.known.find(({ request }) => request.body === body && request.subgraph === subgraph);
  }
}
