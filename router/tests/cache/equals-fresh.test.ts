import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { invalidateCached } from '@spyhop/platform/cache-invalidation';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { until } from '@spyhop/platform/testkit/until';
import fc from 'fast-check';
import { getOperationAST, parse } from 'graphql';
import type { CacheableOperation } from '../../cache/planner';
import type { Data } from '../../execute/data';
import { cachingHead, plannerOf } from './graph';
import { Replica, TestClock } from './replica';

// The same each time.
fc.configureGlobal({ seed: 1 });

const planner = plannerOf(
  parse(`${cachingHead()}
    type Query {
      post(id: ID!): Post
      posts: [Post!]!
      note(id: ID!): Note @cacheTag(format: "note-{$args.id}")
    }
    type Post @key(fields: "id") @cacheControl(maxAge: 60) @cacheTag(format: "post-{$key.id}") {
      id: ID!
      title: String
    }
    type Note @cacheControl(maxAge: 60, scope: PRIVATE) { text: String }
  `),
);

const IDS = ['1', '2', '3'];

/** What subgraphs would answer, by what is asked; private answers name who asked. */
const QUESTIONS = {
  post: {
    query: 'query ($id: ID!) { post(id: $id) { id title } }',
    data: (versions: Versions, id: string) => ({ post: { id, title: titleOf(versions, id) } }),
  },
  posts: {
    query: '{ posts { title } }',
    data: (versions: Versions) => ({
      posts: IDS.map((id) => ({ title: titleOf(versions, id) })),
    }),
  },
  note: {
    query: 'query ($id: ID!) { note(id: $id) { text } }',
    data: (versions: Versions, id: string, who: string | null) => ({
      note: { text: `${String(who)}: ${titleOf(versions, id)}` },
    }),
  },
};

type Versions = Map<string, number>;
type Question = keyof typeof QUESTIONS;

const titleOf = (versions: Versions, id: string): string => `${id} v${versions.get(id) ?? 0}`;

interface Asked {
  question: Question;
  id: string;
  who: string | null;
  replica: 0 | 1;
}

type Step = { ask: Asked[] } | { change: string } | { pass: number };

const asked: fc.Arbitrary<Asked> = fc.record({
  question: fc.constantFrom(...(Object.keys(QUESTIONS) as Question[])),
  id: fc.constantFrom(...IDS),
  who: fc.constantFrom('ann', 'bob', 'null', null),
  replica: fc.constantFrom(0, 1),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ ask: fc.array(asked, { minLength: 1, maxLength: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ change: fc.constantFrom(...IDS) }) },
  { weight: 1, arbitrary: fc.record({ pass: fc.constantFrom(1, 30, 61) }) },
);

let redis: TestRedis;
const clock = new TestClock();
let replicas: readonly [Replica, Replica];

beforeAll(async () => {
  redis = testRedis();
  const { formats } = planner;
  replicas = await Promise.all([
    Replica.shared(redis, clock, { formats }),
    Replica.shared(redis, clock, { formats }),
  ]);
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.close()));
  await redis.close();
});

/** One sequence of questions and changes, apart from all others. */
class Course {
  private static count = 0;
  readonly versions: Versions = new Map();
  private readonly operations = new Map<Question, CacheableOperation>();
  runs = 0;
  answers = 0;

  constructor() {
    Course.count += 1;
    for (const [question, { query }] of Object.entries(QUESTIONS)) {
      const document = parse(query);
      const operation = getOperationAST(document);
      if (!operation) throw new Error('no operation');
      const prepared = planner.operation(document, operation, [String(Course.count)]);
      this.operations.set(question as Question, prepared);
    }
  }

  async take(next: Step): Promise<void> {
    if ('pass' in next) clock.pass(next.pass);
    else if ('change' in next) await this.change(next.change);
    else await Promise.all(next.ask.map((each) => this.ask(each)));
  }

  private async ask({ question, id, who, replica }: Asked): Promise<void> {
    const operation = this.operations.get(question);
    if (!operation) throw new Error('no operation');
    const variables = question === 'posts' ? {} : { id };
    const fresh = (): Data => QUESTIONS[question].data(this.versions, id, who);
    const served = await replicas[replica].responses.getOrRun(
      { operation, variables, identityKey: who },
      async () => {
        this.runs += 1;
        const data = fresh();
        await new Promise(setImmediate);
        const tags = operation.tagsOf(data, variables);
        return { body: Buffer.from(JSON.stringify(data)), hasErrors: false, tags };
      },
    );
    this.answers += 1;
    expect(JSON.parse(served.body.toString())).toEqual(fresh());
  }

  private async change(id: string): Promise<void> {
    this.versions.set(id, (this.versions.get(id) ?? 0) + 1);
    const tags = [`post-${id}`, `note-${id}`];
    const marks = replicas.map(({ store }) => store.mark());
    await invalidateCached(redis.space, tags);
    await until(() =>
      replicas.every(({ store }, index) => store.isInvalidatedSince(marks[index] ?? 0, tags)),
    );
  }
}

describe('whatever was asked before, by whomever, and whatever has changed', () => {
  it('an answer is what a fresh one would be, for who asks', async () => {
    let [answers, runs] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const course = new Course();
        for (const next of steps) await course.take(next);
        answers += course.answers;
        runs += course.runs;
      }),
      { numRuns: 100 },
    );
    // Without this, a cache that keeps nothing would do.
    expect(runs).toBeLessThan(answers * 0.75);
  });
});
