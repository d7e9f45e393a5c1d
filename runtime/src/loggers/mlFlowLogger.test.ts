import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { ModelCheckpoint } from '../callbacks/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';
import { MLFlowLogger } from './index.js';

beforeAll(startTestEngine);

type Json = Record<string, unknown>;

/** MLflow's tracking server, as far as a run needs it. Source: the routes and fields of MLflow's REST API documentation. */
class TrackingServer {
  readonly experiments = new Map<string, Json>();
  readonly runs = new Map<string, { info: Json; tags: Json[]; params: Json[]; metrics: Json[] }>();
  readonly artifacts = new Map<string, number>();
  readonly batches: number[] = [];
  readonly authorizations = new Set<string | undefined>();
  /** The status of the next answers. */
  readonly failures: number[] = [];
  readonly #server: Server = createServer((request, response) => {
    void this.#body(request).then((body) => {
      const [status, answer] = this.#answer(request, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #body(request: IncomingMessage): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }

  #answer({ method, url = '', headers }: IncomingMessage, body: Buffer): [number, Json] {
    this.authorizations.add(headers.authorization);
    const { pathname, searchParams } = new URL(url, 'http://x');
    const failure = this.failures.shift();
    if (failure !== undefined) return [failure, { error_code: 'X', message: 'as the test wants it' }];
    const artifact = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.+)$/.exec(pathname)?.[1];
    if (method === 'PUT' && artifact) {
      this.artifacts.set(decodeURIComponent(artifact), body.length);
      return [200, {}];
    }
    const route = `${method} ${pathname.replace('/api/2.0/mlflow/', '')}`;
    const given = body.length > 0 ? (JSON.parse(body.toString()) as Json) : {};
    const run = this.runs.get(String(given.run_id ?? searchParams.get('run_id')));
    switch (route) {
      case 'GET experiments/get-by-name': {
        const experiment = this.experiments.get(searchParams.get('experiment_name') ?? '');
        return experiment ? [200, { experiment }] : [404, { error_code: 'RESOURCE_DOES_NOT_EXIST' }];
      }
      case 'POST experiments/create': {
        const experiment = { ...given, experiment_id: String(this.experiments.size + 1), lifecycle_stage: 'active' };
        this.experiments.set(String(given.name), experiment);
        return [200, { experiment_id: experiment.experiment_id }];
      }
      case 'POST runs/create': {
        const id = `run${this.runs.size + 1}`;
        const info = { ...given, run_id: id, status: 'RUNNING', artifact_uri: `mlflow-artifacts:/${id}/artifacts` };
        this.runs.set(id, { info, tags: given.tags as Json[], params: [], metrics: [] });
        return [200, { run: { info } }];
      }
      case 'GET runs/get':
        return run ? [200, { run }] : [404, { message: 'no such run' }];
      case 'POST runs/log-batch': {
        const metrics = given.metrics as Json[];
        const params = given.params as Json[];
        this.batches.push(metrics.length + params.length);
        if (!run || metrics.length > 1000 || params.length > 100) return [400, { message: 'too many' }];
        run.metrics.push(...metrics);
        run.params.push(...params);
        return [200, {}];
      }
      case 'POST runs/update':
        Object.assign(run?.info ?? {}, given);
        return [200, {}];
    }
    return [404, { message: `no route ${route}` }];
  }
}

let server: TrackingServer;
let trackingUri: string;
let folder: string;

beforeEach(async () => {
  server = new TrackingServer();
  trackingUri = await server.listen();
  folder = mkdtempSync(join(tmpdir(), 'lightning-mlflow-'));
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const theRun = () => [...server.runs.values()][0];

describe('MLFlowLogger with a server', () => {
  it('makes experiment and run, and ends it', async () => {
    const logger = new MLFlowLogger({ trackingUri, experimentName: 'e', runName: 'r', tags: { a: 'b' } });
    await logger.start();
    expect([logger.name, logger.version, logger.saveDir]).toEqual(['1', 'run1', undefined]);
    await logger.finalize('success');
    expect(theRun()?.info).toMatchObject({ run_name: 'r', status: 'FINISHED', end_time: expect.any(Number) });
    expect(theRun()?.tags).toEqual(
      expect.arrayContaining([
        { key: 'a', value: 'b' },
        { key: 'mlflow.runName', value: 'r' },
        { key: 'mlflow.source.type', value: 'LOCAL' },
      ]),
    );
  });

  it('goes on with an experiment, or a run, that is there', async () => {
    await new MLFlowLogger({ trackingUri }).start();
    const second = new MLFlowLogger({ trackingUri });
    await second.start();
    const third = new MLFlowLogger({ trackingUri, runId: 'run1' });
    await third.start();
    expect([second.name, second.version, third.name, third.version]).toEqual(['1', 'run2', '1', 'run1']);
  });

  it('sends parameters and metrics in batches', async () => {
    const logger = new MLFlowLogger({ trackingUri, prefix: 'p' });
    logger.logHyperparams(
      Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`h${index}`, { deep: index }])),
    );
    for (let step = 0; step < 2500; step++) logger.logMetrics({ loss: step === 7 ? Number.NaN : step }, step);
    await logger.finalize('failed');
    expect(server.batches).toEqual([100, 50, 1000, 1000, 500]);
    expect(theRun()?.params[149]).toEqual({ key: 'h149/deep', value: '149' });
    expect(theRun()?.metrics[7]).toEqual({ key: 'p-loss', value: 'NaN', step: 7, timestamp: expect.any(Number) });
    expect(theRun()?.metrics.map(({ step }) => step)).toEqual(Array.from({ length: 2500 }, (_, step) => step));
    expect(theRun()?.info.status).toBe('FAILED');
  });

  it('sends names that MLflow allows, and says so', async () => {
    const logger = new MLFlowLogger({ trackingUri });
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    logger.logMetrics({ 'a:b': 1, '../up': 2 }, 0);
    await logger.finalize('success');
    expect(theRun()?.metrics.map(({ key }) => key)).toEqual(['ab', 'up']);
    expect((await warned).message).toContain("'a:b' is called 'ab'");
  });

  it('sends who asks', async () => {
    vi.stubEnv('MLFLOW_TRACKING_USERNAME', 'me');
    vi.stubEnv('MLFLOW_TRACKING_PASSWORD', 'secret');
    await new MLFlowLogger({ trackingUri }).start();
    expect([...server.authorizations]).toEqual([`Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });

  it('sends again what an unwell server did not take, and drops what it refuses', async () => {
    const logger = new MLFlowLogger({ trackingUri });
    await logger.start();
    server.failures.push(503);
    logger.logMetrics({ a: 1 }, 0);
    await expect(logger.save()).rejects.toThrow('503: as the test wants it');
    await logger.finalize('success');
    expect(theRun()?.metrics).toHaveLength(1);
    server.failures.push(400);
    logger.logMetrics({ a: 1 }, 1);
    logger.logMetrics({ a: 1 }, 2);
    await logger.finalize('success'); // both were in the batch
    expect(theRun()?.metrics).toHaveLength(1);
  });

  it('warns once when the server is gone, and training goes on', async () => {
    server.close();
    const module = new TinyModule();
    const messages: string[] = [];
    const listen = ({ message }: Error) => messages.push(message);
    process.on('warning', listen);
    const logger = new MLFlowLogger({ trackingUri });
    const trainer = quietTrainer({
      maxEpochs: 2,
      logger,
      logEveryNSteps: 1,
      enableCheckpointing: false,
      enableRunEvents: false,
    });
    await trainer.fit(module, tinyLoaders());
    process.off('warning', listen);
    expect(trainer.globalStep).toBe(12);
    expect(messages.filter((message) => message.includes('MLFlowLogger'))).toHaveLength(1);
    module.dispose();
  });

  it.each<[string, boolean | 'all', number, number]>([
    ['the best at the end', true, 1, 1],
    ['each as it is saved, also those that are deleted', 'all', 1, 3],
    ['all as they are saved when all are kept', true, -1, 3],
    ['none', false, -1, 0],
  ])('uploads checkpoints: %s', async (_name, logModel, saveTopK, count) => {
    const module = new TinyModule();
    const logger = new MLFlowLogger({ trackingUri, logModel });
    const checkpoint = new ModelCheckpoint({ dirpath: folder, saveTopK });
    await quietTrainer({ maxEpochs: 3, logger, callbacks: checkpoint, enableRunEvents: false }).fit(
      module,
      tinyLoaders(),
    );
    const names = [...server.artifacts.keys()].filter((name) => name.endsWith('.ckpt'));
    expect(names).toHaveLength(count);
    if (count > 0) {
      expect(names.at(-1)).toBe('run1/artifacts/epoch=2-step=18/epoch=2-step=18.ckpt');
      expect(server.artifacts.get('run1/artifacts/epoch=2-step=18/aliases.txt')).toBe("['latest', 'best']".length);
      expect(server.artifacts.get(names.at(-1) ?? '')).toBeGreaterThan(100);
    }
    module.dispose();
  });
});

describe('MLFlowLogger with a folder', () => {
  it('writes what MLflow’s own store would', async () => {
    const logger = new MLFlowLogger({ saveDir: folder, runName: 'r' });
    await logger.start();
    logger.logHyperparams({ lr: 0.1 });
    logger.logMetrics({ 'train/loss': Number.POSITIVE_INFINITY, acc: 1 }, 4);
    await logger.finalize('success');
    const run = join(folder, logger.name, logger.version);
    expect([logger.saveDir, logger.experimentId, logger.runId]).toEqual([folder, logger.name, logger.version]);
    expect(readFileSync(join(run, 'metrics/train/loss'), 'utf8')).toMatch(/^\d{13} inf 4\n$/);
    expect(readFileSync(join(run, 'params/lr'), 'utf8')).toBe('0.1');
    expect(readFileSync(join(run, 'tags/mlflow.runName'), 'utf8')).toBe('r');
    const meta = parse(readFileSync(join(run, 'meta.yaml'), 'utf8'));
    expect(meta).toMatchObject({ run_name: 'r', status: 3, lifecycle_stage: 'active', run_uuid: logger.version });
  });

  it('goes on with an experiment, and a run, that are there', async () => {
    const first = new MLFlowLogger({ trackingUri: `file:${folder}` });
    await first.start();
    const second = new MLFlowLogger({ trackingUri: `file://${folder}`, runId: first.version });
    await second.start();
    second.logMetrics({ a: 1 }, 0);
    await second.finalize('success');
    expect([second.name, second.version]).toEqual([first.name, first.version]);
    expect(readdirSync(join(folder, first.name, first.version, 'metrics'))).toEqual(['a']);
  });

  it('keeps the run’s other files in it, too', async () => {
    const module = new TinyModule();
    const logger = new MLFlowLogger({ saveDir: folder, logModel: true });
    const trainer = quietTrainer({ maxEpochs: 1, logger });
    await trainer.fit(module, tinyLoaders());
    const run = join(folder, logger.name, logger.version);
    expect([trainer.runDir, trainer.logDir]).toEqual([run, folder]);
    expect(readdirSync(join(run, 'checkpoints'))).toEqual(['epoch=0-step=6.ckpt']);
    expect(readdirSync(join(run, 'artifacts/epoch=0-step=6')).sort()).toEqual([
      'aliases.txt',
      'epoch=0-step=6.ckpt',
      'metadata.yaml',
    ]);
    module.dispose();
  });

  it('refuses a database, and says what to do', () => {
    expect(() => new MLFlowLogger({ trackingUri: 'sqlite:///mlflow.db' })).toThrow('mlflow server');
  });
});
