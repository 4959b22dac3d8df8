import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/** A stream that hashes and counts what passes through it. */
function tap(hash: Hash, count: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      count(chunk.length);
      done(null, chunk);
    },
  });
}

export type Sums = {
  /** Of the compressed file: bytes and SHA-256. */ bytes: number;
  sha256: string;
  /** Of what is in it. */ plainSha256: string;
};

/** Compresses a file into another, which gets the rights `mode`. */
export async function pack(from: string, to: string, mode: number): Promise<Sums> {
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let bytes = 0;
  await pipeline(
    createReadStream(from),
    tap(plain, () => {}),
    createGzip(),
    tap(packed, (more) => (bytes += more)),
    createWriteStream(to, { mode }),
  );
  return { bytes, sha256: packed.digest('hex'), plainSha256: plain.digest('hex') };
}

/** Unpacks from any stream. Rejects when it is no whole gzip. */
export async function unpack(from: Readable, to: string): Promise<Sums> {
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let bytes = 0;
  await pipeline(
    from,
    tap(packed, (more) => (bytes += more)),
    createGunzip(),
    tap(plain, () => {}),
    createWriteStream(to, { mode: 0o600 }),
  );
  return { bytes, sha256: packed.digest('hex'), plainSha256: plain.digest('hex') };
}
