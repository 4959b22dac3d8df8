// A small S3-compatible store on loopback, which checks the signature of every request (SigV4).
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const KEY_ID = 'AKIATEST';
export const SECRET = 'very/secret+key';

export type S3Server = {
  url: string;
  objects: Map<string, Buffer>;
  /** `PUT bucket/key?partNumber=1`, in order. */
  requests: string[];
  /** Answers this status instead, where it returns one. */
  fail: (request: string) => number | null;
  /** Waited for before a request is answered, such as for ever. */
  hold: (request: string) => Promise<void>;
  uploads: Map<string, Map<number, Buffer>>;
  /** Whether `If-None-Match: *` is heeded; some stores overwrite all the same. */
  isConditional: boolean;
  close(): Promise<void>;
};

const sha = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, text: string) =>
  createHmac('sha256', key).update(text).digest();
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const xml = (text: string) => text.replace(/[&<>"]/g, (c) => ENTITIES[c] ?? c);
const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** AWS Signature Version 4, by its specification. */
function isSigned(request: IncomingMessage, url: URL, body: Buffer): boolean {
  const [, credential = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
      request.headers.authorization ?? '',
    ) ?? [];
  const [id, day = '', region = '', service = '', end = ''] = credential.split('/');
  const payload = String(request.headers['x-amz-content-sha256'] ?? '');
  if (id !== KEY_ID || (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha(body))) return false;
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const names = signed.split(';');
  const canonical = [
    request.method,
    url.pathname,
    query,
    ...names.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`),
    '',
    signed,
    payload,
  ].join('\n');
  const scope = [day, region, service, end].join('/');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha(canonical)].join(
    '\n',
  );
  const key = [day, region, service, end].reduce<Buffer | string>(hmac, `AWS4${SECRET}`);
  return hmac(key, text).toString('hex') === signature;
}

export async function startS3(bucket = 'bucket'): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer());
    const answer = async () => {
      const body = Buffer.concat(chunks);
      const url = new URL(request.url ?? '', 'http://x');
      const path = decodeURIComponent(url.pathname.slice(1)).replace(/\/$/, '');
      const line = `${request.method} ${path}${url.search}`;
      s3.requests.push(line);
      await s3.hold(line);
      const send = (status: number, text: string | Buffer = '', headers = {}) =>
        response.writeHead(status, headers).end(text);
      const refuse = (status: number, code: string) =>
        send(
          status,
          `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`,
        );
      const failing = s3.fail(line);
      if (failing !== null) return refuse(failing, 'Injected');
      if (!isSigned(request, url, body)) return refuse(403, 'SignatureDoesNotMatch');
      if (path !== bucket && !path.startsWith(`${bucket}/`)) return refuse(404, 'NoSuchBucket');
      const key = path.slice(bucket.length + 1);
      const query = url.searchParams;
      const uploadId = query.get('uploadId');
      if (query.get('list-type') === '2') {
        const prefix = query.get('prefix') ?? '';
        const found = [...objects].filter(([name]) => name.startsWith(prefix));
        return send(
          200,
          `<?xml version="1.0"?><ListBucketResult><KeyCount>${found.length}</KeyCount><IsTruncated>false</IsTruncated>${found
            .map(
              ([name, data]) =>
                `<Contents><Key>${xml(name)}</Key><Size>${data.length}</Size><ETag>"z"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`,
            )
            .join('')}</ListBucketResult>`,
        );
      }
      if (request.method === 'POST' && query.has('uploads')) {
        const id = `upload-${uploads.size + 1}`;
        uploads.set(id, new Map());
        return send(
          200,
          `<?xml version="1.0"?><InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        );
      }
      if (uploadId !== null) {
        const parts = uploads.get(uploadId);
        if (parts === undefined) return refuse(404, 'NoSuchUpload');
        if (request.method === 'PUT') {
          parts.set(Number(query.get('partNumber')), body);
          return send(200, '', { etag: `"${sha(body).slice(0, 32)}"` });
        }
        const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, n]) =>
          Number(n),
        );
        objects.set(key, Buffer.concat(numbers.map((n) => parts.get(n) ?? Buffer.alloc(0))));
        uploads.delete(uploadId);
        return send(
          200,
          `<?xml version="1.0"?><CompleteMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key><ETag>"y"</ETag></CompleteMultipartUploadResult>`,
        );
      }
      if (request.method === 'PUT') {
        if (s3.isConditional && request.headers['if-none-match'] === '*' && objects.has(key))
          return refuse(412, 'PreconditionFailed');
        objects.set(key, body);
        return send(200, '', { etag: '"z"' });
      }
      const data = objects.get(key);
      if (request.method === 'DELETE') {
        objects.delete(key);
        return send(204);
      }
      if (data === undefined) return refuse(404, 'NoSuchKey');
      // Readers of Parquet ask for the end of a file first.
      const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
      if (from !== '' && request.method === 'GET') {
        const part = data.subarray(Number(from), to === '' ? data.length : Number(to) + 1);
        const last = Number(from) + part.length - 1;
        return send(206, part, {
          'content-length': String(part.length),
          'content-range': `bytes ${from}-${last}/${data.length}`,
          etag: '"z"',
        });
      }
      return send(200, request.method === 'HEAD' ? '' : data, {
        'content-length': String(data.length),
        etag: '"z"',
      });
    };
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const s3: S3Server = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    uploads,
    requests: [],
    isConditional: true,
    fail: () => null,
    hold: async () => {},
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return s3;
}
