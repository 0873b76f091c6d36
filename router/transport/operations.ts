import type { Clock } from '@spyhop/platform/clock';
import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Log } from '@spyhop/platform/log';
import type { Answers, GraphqlRequest } from '../execute/answer';
import { codedError } from '../execute/errors';
import type { Demand } from '../guard/demand';
import type { TellDenials } from '../guard/denials';
import type { IdentityKeys } from '../guard/identity-keys';
import { payerOf } from '../guard/payer';
import { LoggedSink } from '../live/logged-sink';
import { WholePayload } from '../live/payload';
import type { Session } from '../live/session';
import type { Sink } from '../live/sink';
import type { PlanAnew } from '../live/replan';
import type { Shares, Streams } from '../live/streams';
import type { Graph } from '../plan/graph';
import type { Operation, PreparedSubscription, Refusals, WhoPays } from '../plan/operations';
import { RefusedOperation } from '../plan/refused';
import { coerceVariables } from '../plan/variables';
import type { Asked, StartOperation } from './connection';

interface OperationServices {
  /** The text that is meant, where a hash may stand for it. */
  textOf: (asked: Asked, payer: WhoPays) => string | Promise<string>;
  graph: () => Graph;
  streams: Streams;
  answers: Answers;
  demand: Demand;
  denials: TellDenials;
  identityKeys: IdentityKeys;
  newRequestId: () => string;
  clock: Clock;
  log: Log;
}

/** Of the name of an operation that is none: it could be anything. */
const MOST_OF_A_NAME = 100;

/** Sends subscriptions to the streams; queries and mutations are answered once. */
export const createStartOperation =
  (services: OperationServices): StartOperation =>
  (asked, sink, session) => {
    const operation = new StartedOperation(sink, session, services);
    const begun = operation.start(asked).catch((err: unknown) => operation.failed(asked, err));
    return { leave: () => operation.leave(), begun };
  };

/** One operation of one client, from when it is asked until the client leaves or it ends. */
class StartedOperation {
  /** Of a subscription. */
  private logged: LoggedSink | null = null;
  private leaveStream: (() => void) | null = null;
  private hasLeft = false;

  constructor(
    private readonly sink: Sink,
    private readonly session: Session,
    private readonly services: OperationServices,
  ) {}

  /** Throws SpyhopError and RefusedOperation. */
  async start(given: Asked): Promise<void> {
    const { session, services } = this;
    const payer = () => payerOf(session.asker(), session.address);
    const query = await services.textOf(given, payer);
    const asked: Asked = { ...given, query, extensions: null };
    const { operationName } = asked;
    const operation = await services.graph().operations.prepare(query, operationName, { payer });
    if (operation.kind === 'request') return answerOnce(asked, this.sink, session, services);
    const logged = (this.logged = this.loggedSink(asked, operation.plan.name));
    await charge(operation, asked, session, services);
    // A subscription with a field that who asks may not use would lack it in every result.
    const { plan, requirements, refused } = await decide(asked, session, services, payer);
    if (this.hasLeft) return;
    services.denials(refused.denied, session);
    if (refused.errors.length > 0) return logged.error(refused.errors);
    const viewer = { session, shares: requirements && sharesOf(session, services.identityKeys) };
    this.leaveStream = services.streams.join(plan, asked.variables ?? {}, logged, viewer);
  }

  failed(asked: Asked, err: unknown): void {
    if (this.hasLeft) return;
    const logged =
      this.logged ?? this.loggedSink(asked, asked.operationName?.slice(0, MOST_OF_A_NAME) ?? null);
    logged.error(errorsFor(err, this.services));
  }

  leave(): void {
    this.hasLeft = true;
    this.leaveStream?.();
    this.logged?.left();
  }

  private loggedSink({ requestId }: Asked, operationName: string | null): LoggedSink {
    const { address } = this.session;
    return new LoggedSink(this.sink, { operationName, requestId, address }, this.services);
  }
}

/** A subscription costs what one of its events does, once: others share what its further events cost. */
const charge = async (
  { plan, cost }: PreparedSubscription & Pick<Operation, 'cost'>,
  { variables }: Asked,
  session: Session,
  { demand }: OperationServices,
): Promise<void> =>
  demand.charge(cost(coerceVariables(plan.schema, plan.definitions, variables ?? {})), session);

const NOTHING_REFUSED: Refusals = { errors: [], denied: [] };

interface Decided extends PreparedSubscription {
  refused: Refusals;
}

/** Throws RefusedOperation. */
async function decide(
  asked: Asked,
  session: Session,
  services: OperationServices,
  payer: () => string,
): Promise<Decided> {
  const graph = services.graph();
  const operation = await graph.operations.prepare(asked.query, asked.operationName, { payer });
  if (operation.kind === 'request') throw new Error('a subscription became another operation');
  const { plan, requirements, refusals, ready } = operation;
  const variables = asked.variables ?? {};
  const refused = requirements
    ? refusals(await graph.authorisation.decide(requirements, session.asker()), variables)
    : NOTHING_REFUSED;
  if (refused.errors.length === 0) {
    await ready(coerceVariables(plan.schema, plan.definitions, variables), payer);
  }
  // Another schema, which came meanwhile, may require something else.
  if (services.graph() !== graph) return decide(asked, session, services, payer);
  return { ...operation, refused };
}

const sharesOf = ({ identity }: Session, keys: IdentityKeys): Shares => ({
  identity,
  key: identity ? keys.of(identity) : '',
});

/** False for what cannot be prepared: whoever answers it says why. */
export async function isSubscription(
  asked: GraphqlRequest,
  payer: WhoPays,
  { graph, textOf }: Pick<OperationServices, 'graph' | 'textOf'>,
): Promise<boolean> {
  try {
    const query = await textOf(asked, payer);
    const operation = await graph().operations.prepare(query, asked.operationName, { payer });
    return operation.kind === 'subscription';
  } catch (err) {
    if (err instanceof RefusedOperation || err instanceof SpyhopError) return false;
    throw err;
  }
}

/** Plans the subscriptions of a former schema as this one would. */
export const planAnewIn =
  ({ operations }: Graph): PlanAnew =>
  (query, name, labels) => {
    const operation = operations.prepareAtOnce(query, name, labels);
    if (operation.kind === 'subscription') return operation.plan;
    throw new Error('a subscription became another operation');
  };

async function answerOnce(
  asked: Asked,
  sink: Sink,
  session: Session,
  { answers, newRequestId }: OperationServices,
): Promise<void> {
  const { json, outcome } = await answers.answer(asked, {
    requestId: asked.requestId ?? newRequestId(),
    address: session.address,
    identify: async () => session.asker(),
    headers: session.headers,
    readOnly: asked.readOnly ?? false,
    statusOf: () => null,
  });
  if (outcome === 'refused') {
    const { errors } = JSON.parse(String(json)) as { errors: Parameters<Sink['error']>[0] };
    return sink.error(errors);
  }
  sink.next([new WholePayload(typeof json === 'string' ? Buffer.from(json) : json)]);
  sink.complete();
}

function errorsFor(err: unknown, { log, newRequestId }: OperationServices) {
  if (err instanceof RefusedOperation) return err.errors.map((error) => error.toJSON());
  if (err instanceof SpyhopError) return [err.toJSON()];
  const requestId = newRequestId();
  log.error({ err, requestId }, 'an operation failed');
  const { message, extensions } = codedError('INTERNAL', ERROR_CODES.INTERNAL);
  return [{ message, extensions: { ...extensions, requestId } }];
}
