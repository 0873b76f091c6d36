import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive of one file, for tests. */
export function zipOf(name: string, content: string): Buffer {
  const data = Buffer.from(content);
  const packed = deflateRawSync(data);
  const fileName = Buffer.from(name);
  const local = Buffer.concat([
    header(
      0x04034b50,
      30,
      [
        [4, 20],
        [8, 8],
      ],
      data,
      packed,
      14,
    ),
    fileName,
    packed,
  ]);
  local.writeUInt16LE(fileName.length, 26);
  const central = Buffer.concat([
    header(
      0x02014b50,
      46,
      [
        [4, 20],
        [6, 20],
        [10, 8],
      ],
      data,
      packed,
      16,
    ),
    fileName,
  ]);
  central.writeUInt16LE(fileName.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

function header(
  signature: number,
  length: number,
  fields: readonly [at: number, value: number][],
  data: Buffer,
  packed: Buffer,
  sizesAt: number,
): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(signature, 0);
  for (const [at, value] of fields) bytes.writeUInt16LE(value, at);
  bytes.writeUInt32LE(crc32(data), sizesAt);
  bytes.writeUInt32LE(packed.length, sizesAt + 4);
  bytes.writeUInt32LE(data.length, sizesAt + 8);
  return bytes;
}
