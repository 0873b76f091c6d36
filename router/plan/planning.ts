import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Supergraph } from '@apollo/federation-internals';
import { SpyhopError } from '@spyhop/platform/errors';
import { type DocumentNode, type GraphQLSchema, print } from 'graphql';
import { conditionsOf } from '../supergraph/overrides';
import { tellObjectsApart } from './interface-objects';
import {
  type MakePlan,
  type PlannedNode,
  type ThreadAnswer,
  type ThreadData,
  type ThreadRequest,
  planBy,
} from './planner';
import { RefusedOperation } from './refused';
import type { ToPlan } from './steps';

/** The planner's code as it runs here: compiled, or in tests its source, which Node reads as it is. */
const THREAD_FILE = join(__dirname, `planner${extname(__filename)}`);
/** Node warns of a source whose kind of modules it finds out by itself. */
const QUIETLY = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
/** A document within the limits takes some hundred milliseconds, after a second in which the thread begins. */
const MOST_MS = 30_000;

interface PlannedGraph {
  sdl: string;
  supergraph: Supergraph;
  apiSchema: GraphQLSchema;
  interfaceObjects: ReadonlySet<string>;
}

/** Plans operations of a supergraph: in a thread of its own, or at once while everybody else waits. */
export class Planning {
  private readonly thread: PlannerThread;
  private here: MakePlan | undefined;

  constructor(private readonly graph: PlannedGraph) {
    this.thread = new PlannerThread(graph.sdl);
  }

  /** One after the other. Throws RefusedOperation for what takes too long. */
  inThread({ document, labels }: ToPlan): Promise<PlannedNode> {
    const text = print(this.told(document));
    return this.thread.plan({ text, overrides: conditionsOf(labels) });
  }

  atOnce({ document, labels }: ToPlan): PlannedNode {
    this.here ??= planBy(this.graph.supergraph);
    return this.here(this.told(document), conditionsOf(labels));
  }

  /** The thread ends when it has planned what was asked of it, also of what is asked later. */
  retire(): void {
    this.thread.retire();
  }

  private told(document: DocumentNode): DocumentNode {
    const { apiSchema, interfaceObjects } = this.graph;
    return tellObjectsApart(document, apiSchema, interfaceObjects);
  }
}

/** A thread that plans; there is one from when it is first asked. */
class PlannerThread {
  private worker: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private asked = 0;
  private isRetired = false;

  constructor(private readonly sdl: string) {}

  async plan(request: ThreadRequest): Promise<PlannedNode> {
    this.asked += 1;
    const answer = this.last.then(() => this.ask(request));
    this.last = answer.catch(() => undefined);
    try {
      return await answer;
    } finally {
      this.asked -= 1;
      this.endIfIdle();
    }
  }

  retire(): void {
    this.isRetired = true;
    this.endIfIdle();
  }

  private endIfIdle(): void {
    if (this.isRetired && this.asked === 0) this.end();
  }

  private end(): void {
    void this.worker?.terminate();
    this.worker = undefined;
  }

  private async ask(request: ThreadRequest): Promise<PlannedNode> {
    const worker = (this.worker ??= startThread(this.sdl));
    const answer = await answerOf(worker, request).catch((err: unknown) => {
      // Whatever state it is in, the next one begins anew.
      this.end();
      throw err;
    });
    if ('node' in answer) return answer.node;
    throw new Error(`the planner failed: ${answer.fault}`);
  }
}

function startThread(plannerSdl: string): Worker {
  const worker = new Worker(THREAD_FILE, {
    workerData: { plannerSdl } satisfies ThreadData,
    execArgv: QUIETLY,
  });
  worker.unref();
  // Who waits for an answer hears of it too.
  return worker.on('error', () => undefined);
}

function answerOf(worker: Worker, request: ThreadRequest): Promise<ThreadAnswer> {
  return new Promise((resolve, reject) => {
    const tooLong = setTimeout(() => settle(() => reject(takesTooLong())), MOST_MS);
    const answered = (answer: ThreadAnswer): void => settle(() => resolve(answer));
    const failed = (err: unknown): void => settle(() => reject(err as Error));
    const exited = (): void => settle(() => reject(new Error('the thread of the planner ended')));
    const settle = (how: () => void): void => {
      clearTimeout(tooLong);
      worker.off('message', answered).off('error', failed).off('exit', exited);
      how();
    };
    worker.on('message', answered).on('error', failed).on('exit', exited);
    worker.postMessage(request);
  });
}

const takesTooLong = (): RefusedOperation =>
  new RefusedOperation([
    new SpyhopError(
      'OPERATION_TOO_LARGE',
      `No plan for the operation is found within ${MOST_MS / 1_000} seconds; ask for less at once.`,
      { limit: 'planning' },
    ),
  ]);
