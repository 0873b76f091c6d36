import type { SubscriptionPlan } from '../plan/subscription-plan';
import { coerceVariables } from '../plan/variables';
import type { Sink } from './member';
import { Stream, type StreamServices } from './stream';

interface Running {
  stream: Stream;
  linger: NodeJS.Timeout | undefined;
}

/** The streams that run now, one for each distinct plan and variables. */
export class Streams {
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly services: StreamServices,
    /** Milliseconds that a stream outlives its last member, who might just be reloading a page. */
    private readonly lingerMs: number,
  ) {}

  /** Subscribes a client. Returns how it leaves. Throws RefusedOperation for unusable variables. */
  join(plan: SubscriptionPlan, given: Readonly<Record<string, unknown>>, sink: Sink): () => void {
    const variables = coerceVariables(
      this.services.supergraph.apiSchema,
      plan.operation.variableDefinitions ?? [],
      given,
    );
    const key = `${plan.key}\n${canonicalJson(variables)}`;
    const running = this.running.get(key) ?? this.open(key, plan, variables);
    clearTimeout(running.linger);
    const leave = running.stream.join(sink);
    return () => {
      leave();
      this.closeWhenUnused(running);
    };
  }

  /** Ends all streams and completes their clients. */
  close(): void {
    for (const { stream, linger } of this.running.values()) {
      clearTimeout(linger);
      stream.end((sink) => sink.complete());
    }
  }

  private open(
    key: string,
    plan: SubscriptionPlan,
    variables: Readonly<Record<string, unknown>>,
  ): Running {
    const stream = new Stream(plan, variables, this.services, () => this.running.delete(key));
    const running: Running = { stream, linger: undefined };
    this.running.set(key, running);
    return running;
  }

  private closeWhenUnused(running: Running): void {
    if (!running.stream.isEmpty) return;
    clearTimeout(running.linger);
    running.linger = setTimeout(() => running.stream.end((sink) => sink.complete()), this.lingerMs);
    running.linger.unref();
  }
}

/** Equal for equal values, whatever the order of keys. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
