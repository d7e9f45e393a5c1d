/** What runs on a DataLoader's worker threads: built as a file of its own, and free of tfjs as long as the dataset is. */
import { parentPort, workerData } from 'node:worker_threads';
import { drawFrom, seedEverything } from '../random/index.js';
import { collateSamples } from './collateSamples.js';
import type { Packed } from './packed.js';
import { buffersOf, packValue } from './packSamples.js';
import { SampleDraws } from './sampleDraws.js';
import {
  type SentError,
  sendError,
  type WorkerAnswer,
  type WorkerRequest,
  type WorkerSetUp,
} from './workerMessages.js';
import { makeDataset, type WorkerData } from './workerModule.js';

const port = parentPort;
const setUp = workerData as WorkerSetUp; // the pool starts this file with nothing else

/** What a batch needs of the tensors that samples are made of. */
interface Samples {
  readonly samples: readonly unknown[];
  add(sample: unknown): void;
  release(): void;
}

/** Samples of a dataset that has no tfjs have nothing to free. */
class PlainSamples implements Samples {
  readonly samples: unknown[] = [];

  add(sample: unknown): void {
    this.samples.push(sample);
  }

  release(): void {}
}

/** Only if the user's module brought tfjs along: loading it takes longer than all the rest of a thread's start. */
async function openSamples(): Promise<Samples> {
  if (!('_tfengine' in globalThis)) return new PlainSamples();
  const { SampleBuffer } = await import('./sampleBuffer.js');
  return new SampleBuffer();
}

async function makeDatasets(): Promise<readonly WorkerData[]> {
  const { workerId, numWorkers, seed, origins } = setUp;
  seedEverything(seed);
  const datasets: WorkerData[] = [];
  for (const origin of origins) {
    const dataset = await makeDataset(origin);
    await dataset.initWorker?.({ id: workerId, numWorkers, seed });
    datasets.push(dataset);
  }
  return datasets;
}

/** Where a failure happened, as far as it is known. */
interface Place {
  sample: number | undefined;
}

async function makeBatch(datasets: readonly WorkerData[], request: WorkerRequest, place: Place): Promise<Packed> {
  const samples = await openSamples();
  const draws = new SampleDraws(request.key);
  try {
    return await drawFrom(draws, async () => {
      if (setUp.task === 'batches') {
        draws.moveToBatch(request.batchIdx);
        samples.add(await batchOf(datasets[0], request.indices));
        return packValue(samples.samples[0]);
      }
      for (const [i, index] of request.indices.entries()) {
        place.sample = index;
        draws.moveToSample(request.place + i);
        samples.add(await sampleOf(datasets[request.datasets?.[i] ?? 0], index));
      }
      place.sample = undefined;
      if (setUp.task === 'samples') return packValue([...samples.samples]);
      return collateSamples(samples.samples, 'read');
    });
  } finally {
    samples.release();
  }
}

// The pool asks each dataset only for what it found in the copy on its own thread.
function batchOf(dataset: WorkerData | undefined, indices: Int32Array): unknown {
  return dataset && 'getBatch' in dataset ? dataset.getBatch(indices) : undefined;
}

function sampleOf(dataset: WorkerData | undefined, index: number): unknown {
  return dataset && 'get' in dataset ? dataset.get(index) : undefined;
}

async function answer(ready: Promise<readonly WorkerData[]>, request: WorkerRequest): Promise<void> {
  const place: Place = { sample: undefined };
  const fail = (error: SentError) => port?.postMessage({ id: request.id, error } satisfies WorkerAnswer);
  try {
    const packed = await makeBatch(await ready, request, place);
    port?.postMessage({ id: request.id, packed } satisfies WorkerAnswer, buffersOf(packed));
  } catch (error) {
    fail(sendError(error, place.sample));
  }
}

// Stacks then name the user's own lines. Modules that are loaded from here on are meant.
process.setSourceMapsEnabled(true);
const ready = makeDatasets();
ready.catch(() => undefined); // reported with the first batch that is asked for
let queue: Promise<void> = Promise.resolve();
port?.on('message', (request: WorkerRequest) => {
  queue = queue.then(() => answer(ready, request));
});
