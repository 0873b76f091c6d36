import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadSupergraph } from '@spyhop/router/supergraph/load';
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
} from 'graphql';
import { Pool } from 'pg';
import { ask, dataOf } from './access/ask';
import { WHALE } from './access/belongings';
import { type WholeGraph, startWholeGraph } from './access/graph';
import { type CreationOptions, Authenticator, type RequestOptions } from './authenticator';
import {
  START_REAUTHENTICATION,
  START_REGISTRATION,
  START_SIGN_IN_BY_PASSKEY,
} from './passkey-kit';

const START_MS = 300_000;

/** Texts that name nothing of anybody's: what things are called, what proves who asks, and what all have in common. */
const NO_IDS = new Set([
  ...['name', 'displayName', 'group', 'note', 'reason', 'chain', 'allowedIps'],
  ...['password', 'currentPassword', 'newPassword', 'code', 'recoveryCode'],
  ...['token', 'refreshToken', 'challenge', 'currency', 'timeZone', 'locale'],
  // Anybody may write any address; only its mailbox learns of it, as `registration` and `enumeration` have it.
  'email',
]);

let graph: WholeGraph;
let schema: GraphQLSchema;
let pool: Pool;
let before: Rows;
/** A list of the one who tries. */
let ownList: string;
beforeAll(async () => {
  const file = join(__dirname, '../../../supergraph.graphql');
  ({ apiSchema: schema } = await loadSupergraph({ file, urls: new Map() }));
  graph = await startWholeGraph();
  pool = new Pool({ connectionString: graph.databaseUrl });
  pool.on('error', () => undefined);
  const made = await asOther<{ createWatchlist: { id: string } }>(
    `mutation { createWatchlist(name: "Own", symbols: []) { id } }`,
  );
  ownList = made.createWatchlist.id;
  before = await ownersRows();
}, START_MS);
afterAll(async () => {
  await pool?.end();
  await graph?.stop();
});

const asOther = <Data>(query: string): Promise<Data> =>
  dataOf<Data>(graph.url, graph.authorization.other ?? '', query);

/** A field with an id of the owner's; the code of the refusal, or what the field is; and what `$json` stands for. */
type Attempt = readonly [field: () => string, comesTo: unknown, json?: () => Promise<unknown>];

const its = () => graph.belongings;
const wallet = `chain: "${WHALE.chain}", address: "${WHALE.address}"`;
const NAMED = { name: 'Other' };

/** The owner's passkey signs what somebody else was asked, who then shows it as theirs. */
async function signedByOwner(): Promise<unknown> {
  const asked = await asOther<{ startPasskeyReauthentication: RequestOptions }>(
    START_REAUTHENTICATION,
  );
  return its().authenticator.get({ ...asked.startPasskeyReauthentication, allowCredentials: [] });
}

/** Another key says that it is the owner's passkey. */
async function forged(): Promise<unknown> {
  const forger = new Authenticator();
  const user = { id: graph.ids.owner, name: 'owner' };
  forger.create({ ...(await registration()), user }, { credentialId: ownersCredential() });
  const userHandle = Buffer.from(graph.ids.owner.replaceAll('-', ''), 'hex').toString('base64url');
  const asked = await asOther<{ startPasskeySignIn: RequestOptions }>(START_SIGN_IN_BY_PASSKEY);
  return forger.get(asked.startPasskeySignIn, { userHandle });
}

/** Somebody else adds the owner's passkey to their own account. */
const claimed = async (): Promise<unknown> =>
  new Authenticator().create(await registration(), { credentialId: ownersCredential() });

const ownersCredential = (): string => its().authenticator.credentialIds[0] ?? '';

const registration = async (): Promise<CreationOptions> =>
  (await asOther<{ startPasskeyRegistration: CreationOptions }>(START_REGISTRATION))
    .startPasskeyRegistration;

/** By `mutation.argument`, in the order in which they are tried. */
const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  'rotateApiKey.id': [() => `rotateApiKey(id: "${its().apiKey}") { key }`, 'NOT_FOUND'],
  'revokeApiKey.id': [() => `revokeApiKey(id: "${its().apiKey}")`, false],
  'createWatchlist.symbols': [
    () => `createWatchlist(name: "New", symbols: ["${its().watchlist}"]) { id }`,
    'INVALID_INPUT',
  ],
  'mergeWatchlist.symbols': [
    () => `mergeWatchlist(name: "Own", symbols: ["${its().watchlist}"]) { id }`,
    'INVALID_INPUT',
  ],
  'updateWatchlist.id': [
    () => `updateWatchlist(id: "${its().watchlist}", version: 1, name: "Other") { id }`,
    'NOT_FOUND',
  ],
  'updateWatchlist.symbols': [
    () => `updateWatchlist(id: "${ownList}", version: 1, symbols: ["${its().watchlist}"]) { id }`,
    'INVALID_INPUT',
  ],
  'deleteWatchlist.id': [() => `deleteWatchlist(id: "${its().watchlist}")`, false],
  'orderWatchlists.ids': [
    () => `orderWatchlists(ids: ["${its().watchlist}", "${ownList}"]) { id }`,
    'CONFLICT',
  ],
  'finishPasskeyRegistration.response': [
    () => `finishPasskeyRegistration(name: "Other", response: $json) { recoveryCodes }`,
    'PASSKEY_REFUSED',
    claimed,
  ],
  'renamePasskey.id': [
    () => `renamePasskey(id: "${its().passkey}", name: "Other") { id }`,
    'NOT_FOUND',
  ],
  'removePasskey.id': [() => `removePasskey(id: "${its().passkey}")`, 'NOT_FOUND'],
  'reauthenticate.input.passkey': [
    () => `reauthenticate(input: { passkey: $json }) { accessToken }`,
    'SECOND_FACTOR_FAILED',
    signedByOwner,
  ],
  'confirmSecondFactor.input.passkey': [
    () => `confirmSecondFactor(input: { challenge: "none", passkey: $json }) { accessToken }`,
    'CHALLENGE_INVALID',
    signedByOwner,
  ],
  'finishPasskeySignIn.response': [
    () => `finishPasskeySignIn(response: $json) { accessToken }`,
    'SIGN_IN_FAILED',
    forged,
  ],
  'endSession.id': [() => `endSession(id: "${its().session}")`, false],
  'setRoles.id': [() => `setRoles(id: "${graph.ids.owner}", roles: []) { id }`, 'FORBIDDEN'],
  'lockUser.id': [() => `lockUser(id: "${graph.ids.owner}", reason: "Other") { id }`, 'FORBIDDEN'],
  'unlockUser.id': [() => `unlockUser(id: "${graph.ids.owner}") { id }`, 'FORBIDDEN'],
  'revealEmail.id': [() => `revealEmail(id: "${graph.ids.owner}")`, 'FORBIDDEN'],
  'updateFollowedWallet.id': [
    () => `updateFollowedWallet(id: "${its().followedWallet}", input: { name: "Other" }) { id }`,
    'NOT_FOUND',
  ],
  'unfollowWallet.id': [() => `unfollowWallet(id: "${its().followedWallet}")`, false],
  'removeWalletLabel.address': [
    () => `removeWalletLabel(${wallet}) { ownLabel { name } }`,
    { ownLabel: null },
  ],
  // What is said of a wallet that others name or follow too is said beside it.
  'labelWallet.input.address': [
    () => `labelWallet(input: { ${wallet}, name: "Other" }) { ownLabel { name } }`,
    { ownLabel: NAMED },
  ],
  'followWallet.input.address': [
    () => `followWallet(input: { ${wallet}, name: "Other" }) { name }`,
    NAMED,
  ],
};

/** Every argument and input field of mutations that may hold an id, as `mutation.argument`. */
function idArguments(): string[] {
  const namesOf = (way: string, args: readonly (GraphQLArgument | GraphQLInputField)[]): string[] =>
    args.flatMap(({ name, type }) => {
      const named = getNamedType(type);
      if (isInputObjectType(named)) {
        return namesOf(`${way}.${name}`, Object.values(named.getFields()));
      }
      const isText = ['JSON', 'String'].includes(named.name);
      return named.name === 'ID' || (isText && !NO_IDS.has(name)) ? [`${way}.${name}`] : [];
    });
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  return mutations.flatMap(({ name, args }) => namesOf(name, args));
}

/** By table, as JSON. */
type Rows = Record<string, unknown[]>;

/** Of what happens around an account, whoever asks, more comes while the test runs. */
const TOLD = ['security_alert', 'mail_link'];

/** Whatever the database holds of the owner, from the user on. */
async function ownersRows(): Promise<Rows> {
  const { rows: tables } = await pool.query<{ schema: string; name: string; key: string }>(
    `SELECT table_schema AS schema, table_name AS name, column_name AS key
     FROM information_schema.columns
     WHERE table_schema IN ('market', 'analytics', 'users', 'whales')
       AND (column_name = 'user_id' OR (table_name = 'user' AND column_name = 'id'))`,
  );
  const found: Rows = {};
  for (const { schema: of, name, key } of tables) {
    if (TOLD.includes(name)) continue;
    const { rows } = await pool.query<{ row: unknown }>(
      `SELECT to_jsonb(t) AS row FROM "${of}"."${name}" t WHERE "${key}" = $1 ORDER BY 1`,
      [graph.ids.owner],
    );
    found[name] = rows.map(({ row }) => row);
  }
  return found;
}

describe("somebody with another one's ids", () => {
  it('is tried with every argument of every mutation that may hold one', () => {
    expect(idArguments().sort()).toEqual(Object.keys(ATTEMPTS).sort());
  });

  it('finds all that there is of the other one', () => {
    const filled = Object.keys(before).filter((table) => (before[table]?.length ?? 0) > 0);
    const factors = ['passkey', 'recovery_code', 'totp'];
    const things = ['account_deletion', 'api_key', 'preference', 'session', 'user', 'watchlist'];
    const wallets = ['followed_wallet', 'own_label'];
    expect(filled).toEqual(expect.arrayContaining([...factors, ...things, ...wallets]));
  });

  it.each(Object.entries(ATTEMPTS))('changes nothing of theirs by %s', async (name, attempt) => {
    const [field, comesTo, json] = attempt;
    const query = `mutation ${json ? '($json: JSON!)' : ''} { ${field()} }`;
    const variables = json && { json: await json() };
    const { data, errors } = await ask(graph.url, graph.authorization.other, query, variables);
    const [mutation = ''] = name.split('.');
    expect(errors?.[0]?.extensions?.['code'] ?? data?.[mutation]).toEqual(comesTo);
    expect(await ownersRows()).toEqual(before);
  });
});
