/** A server that speaks the few calls of S3's REST interface that checkpoints need. Not part of the package. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  /** Content by `bucket/key`. */
  readonly objects: Map<string, Buffer>;
}

/** Starts it on a free port of this machine. */
export async function startS3Server(): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const server: Server = createServer(async (request, response) => {
    const place = decodeURIComponent(new URL(request.url ?? '', 'http://s3').pathname.slice(1));
    const { method } = request;
    const stored = objects.get(place);
    if (method === 'PUT') {
      const source = request.headers['x-amz-copy-source'];
      const content = source === undefined ? await bodyOf(request) : objects.get(decodeURIComponent(String(source)));
      if (content) objects.set(place, content);
      response.end(source === undefined ? undefined : '<CopyObjectResult><ETag>"0"</ETag></CopyObjectResult>');
    } else if (method === 'DELETE') {
      objects.delete(place);
      response.writeHead(204).end();
    } else if (!stored) {
      response.writeHead(404, { 'content-type': 'application/xml' });
      response.end(method === 'HEAD' ? undefined : '<Error><Code>NoSuchKey</Code></Error>');
    } else {
      response.writeHead(200, { 'content-length': stored.length });
      response.end(method === 'HEAD' ? undefined : stored);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The content of a request; AWS's client may send it in signed chunks, `<size in hex>;…`. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const whole = Buffer.concat(parts);
  if (!String(request.headers['content-encoding'] ?? '').includes('aws-chunked')) return whole;
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length; ) {
    const end = whole.indexOf('\r\n', at);
    const size = Number.parseInt(whole.subarray(at, end).toString(), 16);
    if (!(size > 0)) break;
    chunks.push(whole.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
