/** Stands in for `@aws-sdk/client-s3` where that is not installed: the same names, plain HTTP, no signatures. */
import { Readable } from 'node:stream';

const command = (method) =>
  class {
    constructor(input) {
      Object.assign(this, { method, input });
    }
  };

export const PutObjectCommand = command('PUT');
export const GetObjectCommand = command('GET');
export const HeadObjectCommand = command('HEAD');
export const DeleteObjectCommand = command('DELETE');
export const CopyObjectCommand = command('PUT');

export class S3Client {
  constructor(settings) {
    this.settings = settings;
  }

  async send({ method, input }) {
    const headers = input.CopySource ? { 'x-amz-copy-source': input.CopySource } : {};
    const url = `${this.settings.endpoint}/${input.Bucket}/${encodeURI(input.Key)}`;
    const body = input.Body && Readable.toWeb(input.Body);
    const response = await fetch(url, { method, headers, body, ...(body && { duplex: 'half' }) });
    if (response.status === 404) throw Object.assign(new Error('no such key'), { name: 'NotFound' });
    const ContentLength = Number(response.headers.get('content-length') ?? 0);
    return { Body: response.body ? Readable.fromWeb(response.body) : undefined, ContentLength };
  }
}
