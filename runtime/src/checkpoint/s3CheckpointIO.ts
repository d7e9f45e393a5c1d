import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import type { Checkpoint } from './checkpoint.js';
import { CheckpointError } from './checkpointError.js';
import { readCheckpoint, writeCheckpoint } from './checkpointFile.js';
import { CheckpointIO } from './checkpointIO.js';

/** The part of AWS's client that is used. The package is the user's, so that its types are not there at build time. */
export interface S3Package {
  readonly S3Client: new (settings: object) => S3Client;
  readonly PutObjectCommand: Command;
  readonly GetObjectCommand: Command;
  readonly HeadObjectCommand: Command;
  readonly DeleteObjectCommand: Command;
  readonly CopyObjectCommand: Command;
}

type Command = new (input: object) => object;

interface S3Client {
  send(command: object): Promise<{ readonly Body?: Readable; readonly ContentLength?: number }>;
}

const PACKAGE = '@aws-sdk/client-s3';

/**
 * Checkpoints in S3, under addresses such as `s3://bucket/folder/last.ckpt`, through AWS's own client, which the project must have
 * installed. Region, keys and endpoint are found as the client finds them (environment, profiles), unless they are given. An object
 * is replaced in one step when all of it is there.
 */
export class S3CheckpointIO extends CheckpointIO {
  readonly #settings: object;
  #loading: Promise<readonly [S3Package, S3Client]> | undefined;

  /** @param settings of the client: `{ region, endpoint, credentials, forcePathStyle … }` */
  constructor(settings: object = {}) {
    super();
    this.#settings = settings;
  }

  /** Not for a subclass, which may keep what it is given. */
  override get takesHeldTensors(): boolean {
    return isNoSubclass(this);
  }

  async saveCheckpoint(checkpoint: Checkpoint, path: string): Promise<void> {
    await withTemporaryFile(async (file) => {
      await writeCheckpoint(file, checkpoint);
      const { size } = await stat(file);
      const input = { ...placeOf(path), Body: createReadStream(file), ContentLength: size };
      await this.#send(path, 'written', ({ PutObjectCommand }) => new PutObjectCommand(input));
    });
  }

  async loadCheckpoint(path: string): Promise<Checkpoint> {
    return withTemporaryFile(async (file) => {
      const { Body } = await this.#send(path, 'read', ({ GetObjectCommand }) => new GetObjectCommand(placeOf(path)));
      if (!Body) throw failure(path, 'read', new Error('the answer has no content'));
      await pipeline(Body, createWriteStream(file));
      return readCheckpoint(file);
    });
  }

  async removeCheckpoint(path: string): Promise<void> {
    await this.#send(path, 'removed', ({ DeleteObjectCommand }) => new DeleteObjectCommand(placeOf(path)));
  }

  async sizeOf(path: string): Promise<number | undefined> {
    const [aws, client] = await this.#client(path);
    try {
      return (await client.send(new aws.HeadObjectCommand(placeOf(path)))).ContentLength;
    } catch (error) {
      if (error instanceof Error && ['NotFound', 'NoSuchKey'].includes(error.name)) return undefined;
      throw failure(path, 'found', error);
    }
  }

  /** A copy that the server makes: S3 has no links. */
  override async linkCheckpoint(target: string, path: string): Promise<void> {
    const from = placeOf(target);
    const CopySource = encodeURI(`${from.Bucket}/${from.Key}`);
    const input = { ...placeOf(path), CopySource };
    await this.#send(path, 'written', ({ CopyObjectCommand }) => new CopyObjectCommand(input));
  }

  async #send(path: string, what: string, make: (aws: S3Package) => object): ReturnType<S3Client['send']> {
    const [aws, client] = await this.#client(path);
    try {
      return await client.send(make(aws));
    } catch (error) {
      throw failure(path, what, error);
    }
  }

  #client(path: string): Promise<readonly [S3Package, S3Client]> {
    this.#loading ??= importClient(path).then((aws) => [aws, new aws.S3Client(this.#settings)] as const);
    return this.#loading;
  }
}

/** A class must not name itself inside itself: bundlers rename it. */
function isNoSubclass(io: CheckpointIO): boolean {
  return Object.getPrototypeOf(io) === S3CheckpointIO.prototype;
}

/** The client of the user's project. @throws CheckpointError when it is not installed */
async function importClient(path: string): Promise<S3Package> {
  try {
    const entry = createRequire(join(process.cwd(), 'package.json')).resolve(PACKAGE);
    const loaded: { readonly default?: S3Package } = await import(pathToFileURL(entry).href);
    return loaded.default ?? (loaded as S3Package); // a CommonJS package stands under `default`
  } catch (cause) {
    throw new CheckpointError(path, {
      code: 'checkpoint-client',
      found: `is in S3, and the package ${PACKAGE} cannot be loaded.`,
      fix: `Install it in your project: npm install ${PACKAGE}`,
      cause,
    });
  }
}

function placeOf(path: string): { readonly Bucket: string; readonly Key: string } {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/i.exec(path) ?? [];
  if (Bucket !== undefined && Key !== undefined) return { Bucket, Key };
  throw new CheckpointError(path, {
    code: 'checkpoint-address',
    found: 'is no address of an object in S3.',
    allowed: 's3://bucket/key',
  });
}

function failure(path: string, what: string, cause: unknown): CheckpointError {
  return new CheckpointError(path, {
    code: what === 'written' ? 'checkpoint-write' : 'checkpoint-read',
    found: `could not be ${what}: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}.`,
    fix: 'Check the bucket, and that the credentials may use it.',
    cause,
  });
}

async function withTemporaryFile<T>(work: (file: string) => Promise<T>): Promise<T> {
  const file = join(tmpdir(), `lightning-${randomUUID()}.ckpt`);
  try {
    return await work(file);
  } finally {
    await rm(file, { force: true });
  }
}
