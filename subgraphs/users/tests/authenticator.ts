import {
  type KeyObject,
  createHash,
  createSign,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { PUBLIC_URL } from './kit';

/** What a page hands to a browser to make a passkey. */
export interface CreationOptions {
  challenge: string;
  rp: { id: string };
  user: { id: string; name: string };
  excludeCredentials: { id: string }[];
  authenticatorSelection: Record<string, unknown>;
}

/** What a page hands to a browser to ask for one. */
export interface RequestOptions {
  challenge: string;
  rpId: string;
  allowCredentials: { id: string }[];
  userVerification: string;
}

/** What is otherwise than an honest browser and authenticator have it. */
export interface Tricks {
  origin?: string;
  rpId?: string;
  challenge?: string;
  crossOrigin?: boolean;
  /** Whether it has verified its user, by a PIN or a finger. */
  userVerified?: boolean;
  /** How often it says that it was used. */
  counter?: number;
  userHandle?: string;
  /** Of a new credential, base64url. */
  credentialId?: string;
  /** The attestation's format and statement. */
  attestation?: [string, Map<string, unknown>];
}

interface Held {
  id: string;
  privateKey: KeyObject;
  userHandle: string;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED = 0x40;
/** COSE_Key of an EC2 key on P-256 for ES256 (RFC 9053, sections 2.1 and 7.1.1). */
const COSE = { kty: 1, alg: 3, crv: -1, x: -2, y: -3 };

/** A browser with an authenticator in software, for ES256 (Web Authentication Level 3, sections 6 and 7). */
export class Authenticator {
  counter = 0;
  private readonly held: Held[] = [];

  get credentialIds(): string[] {
    return this.held.map(({ id }) => id);
  }

  /** `RegistrationResponseJSON` */
  create({ challenge, rp, user }: CreationOptions, tricks: Tricks = {}) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = tricks.credentialId
      ? Buffer.from(tricks.credentialId, 'base64url')
      : randomBytes(32);
    this.held.push({ id: id.toString('base64url'), privateKey, userHandle: user.id });
    const head = this.authenticatorData(tricks.rpId ?? rp.id, ATTESTED, tricks);
    const length = Buffer.from([0, id.length]);
    const authData = Buffer.concat([head, Buffer.alloc(16), length, id, coseKeyOf(publicKey)]);
    const [fmt, attStmt] = tricks.attestation ?? ['none', new Map<string, unknown>()];
    const attestationObject = isoCBOR.encode(
      new Map<string, unknown>([
        ['fmt', fmt],
        ['attStmt', attStmt],
        ['authData', new Uint8Array(authData)],
      ]) as never,
    );
    return {
      ...credentialOf(id.toString('base64url')),
      response: {
        clientDataJSON: clientData('webauthn.create', challenge, tricks),
        attestationObject: Buffer.from(attestationObject).toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** `AuthenticationResponseJSON` */
  get({ challenge, rpId, allowCredentials = [] }: RequestOptions, tricks: Tricks = {}) {
    const allowed = new Set(allowCredentials.map(({ id }) => id));
    const credential = this.held.find(({ id }) => allowed.size === 0 || allowed.has(id));
    if (!credential) throw new Error('the authenticator holds none of these');
    const clientDataJSON = clientData('webauthn.get', challenge, tricks);
    this.counter += 1;
    const data = this.authenticatorData(tricks.rpId ?? rpId, 0, tricks);
    const signature = createSign('sha256')
      .update(data)
      .update(createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest())
      .sign(credential.privateKey);
    return {
      ...credentialOf(credential.id),
      response: {
        clientDataJSON,
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: tricks.userHandle ?? credential.userHandle,
      },
    };
  }

  private authenticatorData(rpId: string, flags: number, tricks: Tricks): Buffer {
    const { userVerified = true, counter = this.counter } = tricks;
    const head = Buffer.alloc(5);
    head[0] = USER_PRESENT | flags | (userVerified ? USER_VERIFIED : 0);
    head.writeUInt32BE(counter, 1);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), head]);
  }
}

const credentialOf = (id: string) => ({
  id,
  rawId: id,
  type: 'public-key',
  clientExtensionResults: {},
});

const clientData = (type: string, challenge: string, tricks: Tricks): string =>
  Buffer.from(
    JSON.stringify({
      type,
      challenge: tricks.challenge ?? challenge,
      origin: tricks.origin ?? PUBLIC_URL,
      crossOrigin: tricks.crossOrigin ?? false,
    }),
  ).toString('base64url');

function coseKeyOf(publicKey: KeyObject): Uint8Array {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return isoCBOR.encode(
    new Map<number, number | Uint8Array>([
      [COSE.kty, 2],
      [COSE.alg, -7],
      [COSE.crv, 1],
      [COSE.x, new Uint8Array(Buffer.from(x, 'base64url'))],
      [COSE.y, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]),
  );
}
