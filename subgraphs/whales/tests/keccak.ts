const MASK = (1n << 64n) - 1n;
const RATE_BYTES = 136;

const rotated = (lane: bigint, by: bigint): bigint =>
  by === 0n ? lane : ((lane << by) | (lane >> (64n - by))) & MASK;

/** Constants of the 24 rounds, from the shift register that FIPS 202 (3.2.5) describes. */
function roundConstants(): bigint[] {
  let register = 1;
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let bit = 0; bit < 7; bit += 1) {
      if (register & 1) constant |= 1n << ((1n << BigInt(bit)) - 1n);
      register = register & 0x80 ? ((register << 1) ^ 0x171) & 0xff : register << 1;
    }
    return constant;
  });
}

/** Keccak-f[1600] of FIPS 202; lanes stand at x + 5y. */
function permute(state: bigint[]): void {
  const at = (index: number): bigint => state[index] ?? 0n;
  for (const constant of roundConstants()) {
    const columns = Array.from({ length: 5 }, (_, x) =>
      [0, 5, 10, 15, 20].reduce((sum, y) => sum ^ at(x + y), 0n),
    );
    for (let index = 0; index < 25; index += 1) {
      const x = index % 5;
      state[index] =
        at(index) ^ (columns[(x + 4) % 5] ?? 0n) ^ rotated(columns[(x + 1) % 5] ?? 0n, 1n);
    }
    let [x, y, moving] = [1, 0, at(1)];
    for (let step = 1; step <= 24; step += 1) {
      [x, y] = [y, (2 * x + 3 * y) % 5];
      const here = at(x + 5 * y);
      state[x + 5 * y] = rotated(moving, BigInt(((step * (step + 1)) / 2) % 64));
      moving = here;
    }
    for (let row = 0; row < 25; row += 5) {
      const lanes = state.slice(row, row + 5);
      for (let lane = 0; lane < 5; lane += 1) {
        const [next, after] = [lanes[(lane + 1) % 5] ?? 0n, lanes[(lane + 2) % 5] ?? 0n];
        state[row + lane] = (lanes[lane] ?? 0n) ^ (~next & MASK & after);
      }
    }
    state[0] = at(0) ^ constant;
  }
}

/** Keccak-256 as Ethereum has it, which pads otherwise than SHA3-256; in hexadecimal digits. */
export function keccak256(text: string): string {
  const bytes = [...Buffer.from(text), 1];
  while (bytes.length % RATE_BYTES !== 0) bytes.push(0);
  bytes.push((bytes.pop() ?? 0) | 0x80);
  const state = new Array<bigint>(25).fill(0n);
  for (let block = 0; block < bytes.length; block += RATE_BYTES) {
    for (let at = 0; at < RATE_BYTES; at += 1) {
      const lane = Math.floor(at / 8);
      const byte = BigInt(bytes[block + at] ?? 0) << BigInt(8 * (at % 8));
      state[lane] = (state[lane] ?? 0n) ^ byte;
    }
    permute(state);
  }
  const digest = Buffer.alloc(32);
  for (let lane = 0; lane < 4; lane += 1) digest.writeBigUInt64LE(state[lane] ?? 0n, 8 * lane);
  return digest.toString('hex');
}
