/** No more than this is read of an answer. */
export const MAX_RESPONSE_BYTES = 16 * 1024;

/** The first 16 KB of a body. If it breaks off, what came before that is returned. */
export async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_RESPONSE_BYTES) break;
    }
  } catch {
    chunks.push(Buffer.from(' (the answer broke off)'));
  }
  return Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES).toString();
}
