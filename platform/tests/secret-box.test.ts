import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { ConfigError, readConfig } from '../config';
import { type KeyRing, SealBroken, SecretBox, keyRing, newKeyRingText } from '../secret-box';

// The same each time.
fc.configureGlobal({ seed: 1 });

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const ringOf = (text: string): KeyRing =>
  readConfig(z.object({ SECRET_KEYS: keyRing }), { SECRET_KEYS: text }).SECRET_KEYS;
const box = new SecretBox(ringOf(newKeyRingText('a')));

/** Test case 16 of "The Galois/Counter Mode of Operation" (McGrew and Viega), as submitted to NIST. */
const PUBLISHED = {
  key: hex('feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308'),
  nonce: hex('cafebabefacedbaddecaf888'),
  associated: hex('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
  plain: hex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
      '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  ),
  cipher: hex(
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
      '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
  ),
  tag: hex('76fc6ece0f4e1768cddf8853bb2d551b'),
};

describe('a secret box', () => {
  it('seals as the published vector of AES-256-GCM says, behind the id of the key', () => {
    const { key, nonce, associated, plain, cipher, tag } = PUBLISHED;
    const sealing = new SecretBox([{ id: 'nist', key }], () => nonce);
    const sealed = sealing.seal(plain, associated);
    expect(sealed).toBe(`nist.${Buffer.concat([nonce, cipher, tag]).toString('base64url')}`);
    expect(sealing.open(sealed, associated)).toEqual(plain);
  });

  it('opens whatever it has sealed, where it belongs', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (secret, associated) => {
        expect(box.openText(box.seal(secret, associated), associated)).toBe(secret);
      }),
    );
  });

  it('never seals the same secret into the same text twice', () => {
    const all = Array.from({ length: 1_000 }, () => box.seal('secret'));
    expect(new Set(all).size).toBe(all.length);
  });

  it('refuses sealed text with any bit changed', () => {
    const flipped = fc.tuple(
      fc.uint8Array({ maxLength: 64 }),
      fc.nat(),
      fc.integer({ max: 7, min: 0 }),
    );
    fc.assert(
      fc.property(flipped, ([secret, at, bit]) => {
        const bytes = Buffer.from(box.seal(secret).slice('a.'.length), 'base64url');
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        expect(() => box.open(`a.${bytes.toString('base64url')}`)).toThrow(SealBroken);
      }),
    );
  });

  it('refuses what is cut short, is not sealed at all, or is spelt in another way', () => {
    const sealed = box.seal('0123456789');
    for (const text of ['', 'a', 'a.', 'plain text', sealed.slice(0, 30), sealed.slice(0, -1)]) {
      expect(() => box.open(text)).toThrow(SealBroken);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => box.open(`a.${text}`)).toThrow(SealBroken);
      }),
    );
    // 38 bytes end in four spare bits.
    expect(() => box.open(`${sealed.slice(0, -1)}${neighbour(sealed.at(-1) ?? '')}`)).toThrow(
      SealBroken,
    );
  });

  it('refuses what was sealed for another place', () => {
    const sealed = box.seal('seed', 'totp:alice');
    expect(() => box.open(sealed, 'totp:mallory')).toThrow(SealBroken);
    expect(() => box.open(sealed)).toThrow(SealBroken);
  });

  it('opens what older keys of the ring sealed, and says that it should be sealed anew', () => {
    const [old, fresh] = [newKeyRingText('old'), newKeyRingText('new')];
    const sealed = new SecretBox(ringOf(old)).seal('seed');
    const rotated = new SecretBox(ringOf(`${fresh},${old}`));
    expect(rotated.openText(sealed)).toBe('seed');
    expect(sealed.startsWith(rotated.currentPrefix)).toBe(false);
    expect(rotated.seal('seed').startsWith(rotated.currentPrefix)).toBe(true);
    expect(() => new SecretBox(ringOf(fresh)).open(sealed)).toThrow(SealBroken);
    const renamed = sealed.replace('old.', 'new.');
    expect(() => rotated.open(renamed)).toThrow(SealBroken);
  });
});

describe('a key ring in the configuration', () => {
  const good = Buffer.alloc(32, 7).toString('base64');

  it('has its keys in order', () => {
    expect(ringOf(`b:${good}, a:${good}`).map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it.each([
    ['a key without a name', good, /SECRET_KEYS: entry 1 must be like id:base64/],
    ['a name with odd characters', `a b:${good}`, /SECRET_KEYS: entry 1 must be like/],
    [
      'a short key',
      `a:${good},b:c2hvcnQ=`,
      /SECRET_KEYS: key "b" must have 32 bytes in base64, not 5/,
    ],
    ['a name used twice', `a:${good},a:${good}`, /SECRET_KEYS: key "a" is there twice/],
    ['a comma at the end', `a:${good},`, /SECRET_KEYS: entry 2 must be like/],
  ])('refuses %s by name, and never shows a key', (_fault, text, said) => {
    const read = (): unknown => ringOf(text);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(said);
    expect(read).not.toThrow(new RegExp(good.slice(0, 12)));
  });
});

/** The next character of the base64url alphabet with the same upper bits, where there is one. */
function neighbour(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(character) ^ 1] ?? '';
}
