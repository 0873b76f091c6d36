import { isAscii, isUtf8 } from 'node:buffer';
import { type BodyOf, bodyWriter } from '../subgraph-body';
import type { SubgraphRequest } from '../subgraph-client';
import type { AnswerLayout, Course, FetchLayout } from './layout';
import { Hole, type Piece, textOf } from './pieces';
import { Scanner } from './scanner';
import { UnexpectedAnswer } from './unexpected';

/** What putting an answer together needs. */
export interface SpliceRun {
  /** Coerced, defaults included. */
  variables: Readonly<Record<string, unknown>>;
  requestId: string;
  /** The bytes of a subgraph's answer. Throws SubgraphFault when there is none. */
  fetch: (request: SubgraphRequest) => Promise<Buffer>;
  /** Told of every request whose answer was as expected. */
  onUsed: (request: SubgraphRequest) => void;
}

/** The `data` of an answer. */
export interface Spliced {
  /** A character for each byte. */
  text: string;
  /** Then it is what the bytes mean as well. */
  isAscii: boolean;
}

/** Answers in a row that are not as expected, after which it is tried with one of so many. */
const MOST_MISSES = 8;
const TRIED_AGAIN = 64;

/**
 * Runs a plan and puts the client's answer together from what subgraphs wrote, without making values of it.
 * What subgraphs send in another form than expected, errors included, is left to be read as a whole.
 */
export class Splice {
  private readonly bodies: readonly BodyOf[];
  private misses = 0;
  private passedOver = 0;

  constructor(private readonly layout: AnswerLayout) {
    this.bodies = layout.fetches.map(({ node }) => bodyWriter(node));
  }

  /** Whether to try: seldom where a subgraph's answers have not been as expected for a while. */
  isWorthIt(): boolean {
    if (this.misses < MOST_MISSES) return true;
    this.passedOver = (this.passedOver + 1) % TRIED_AGAIN;
    return this.passedOver === 0;
  }

  /** Throws UnexpectedAnswer and SubgraphFault. */
  async run(run: SpliceRun): Promise<Spliced> {
    try {
      const spliced = await new Assembly(this.layout, this.bodies, run).whole();
      this.misses = 0;
      return spliced;
    } catch (err) {
      if (err instanceof UnexpectedAnswer) this.misses += 1;
      throw err;
    }
  }
}

/** One answer in the making. */
class Assembly {
  /** What is asked of each fetch, by the values that entities differ in. */
  private readonly wanted: readonly Map<string, Hole>[];
  /** What each fetch of the root has brought. */
  private readonly roots: Piece[] = [];
  private isAscii = true;

  constructor(
    private readonly layout: AnswerLayout,
    private readonly bodies: readonly BodyOf[],
    private readonly how: SpliceRun,
  ) {
    this.wanted = layout.fetches.map(() => new Map<string, Hole>());
  }

  async whole(): Promise<Spliced> {
    const { course, root } = this.layout;
    await this.follow(course);
    const fields = root.map((part) =>
      typeof part === 'string' ? part : textOf(this.roots[part] ?? ''),
    );
    return { text: `{${fields.join(',')}}`, isAscii: this.isAscii };
  }

  private async follow(course: Course): Promise<void> {
    if (course.kind === 'fetch') await this.fetch(course.index);
    else if (course.kind === 'parallel')
      await Promise.all(course.parts.map((part) => this.follow(part)));
    else for (const part of course.parts) await this.follow(part);
  }

  private async fetch(index: number): Promise<void> {
    const { node, object } = this.layout.fetches[index] as FetchLayout;
    if (!node.requires) {
      this.roots[index] = await this.ask(index, (scanner) => scanner.root(object));
      return;
    }
    const holes = [...(this.wanted[index] as Map<string, Hole>).values()];
    if (holes.length === 0) return;
    const entities = await this.ask(
      index,
      (scanner) => scanner.entities(object, holes.length),
      holes,
    );
    holes.forEach((hole, position) => {
      hole.piece = entities[position];
    });
  }

  private async ask<Read>(
    index: number,
    read: (scanner: Scanner) => Read,
    holes?: readonly Hole[],
  ): Promise<Read> {
    const { node } = this.layout.fetches[index] as FetchLayout;
    const { variables, requestId, fetch, onUsed } = this.how;
    const representations = holes?.map(({ representation }) => asText(representation));
    const body = this.bodies[index]?.(variables, representations) ?? '';
    const request = { subgraph: node.serviceName, body, requestId, repeatable: true };
    const bytes = await fetch(request);
    if (!isUtf8(bytes)) throw new UnexpectedAnswer();
    this.isAscii &&= isAscii(bytes);
    const found = read(
      new Scanner(bytes, (another, values, representation) =>
        this.holeFor(another, values, representation),
      ),
    );
    onUsed(request);
    return found;
  }

  private holeFor(fetch: number, values: string, representation: () => string): Hole {
    const wanted = this.wanted[fetch] as Map<string, Hole>;
    const known = wanted.get(values);
    if (known) return known;
    const hole = new Hole(representation());
    wanted.set(values, hole);
    return hole;
  }
}

/** What was read byte by byte. */
const asText = (bytes: string): string => (NOT_ASCII.test(bytes) ? decoded(bytes) : bytes);

const NOT_ASCII = /[\x80-\xff]/;

const decoded = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();
