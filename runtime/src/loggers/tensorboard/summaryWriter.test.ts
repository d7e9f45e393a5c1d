import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LightningModule } from '../../core/index.js';
import { startTestEngine, TinyModule } from '../../testing/tiny.js';
import * as tf from '../../tf.js';
import { eventFiles, inside, parseMessage, readEvents, readRecords } from '../testing/events.js';
import { moduleGraph } from './moduleGraph.js';
import { SummaryWriter } from './summaryWriter.js';

beforeAll(startTestEngine);

let folder: string;
let writer: SummaryWriter;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightning-events-'));
  writer = new SummaryWriter(folder);
});

afterEach(async () => {
  await writer.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The doubles of a packed list. */
const doubles = (bytes: unknown) =>
  Array.from({ length: (bytes as Buffer).length / 8 }, (_, index) => (bytes as Buffer).readDoubleLE(8 * index));

/** Size and pixels of a PNG without interlacing whose rows have the filter Sub. */
function decodePng(png: Buffer): { width: number; height: number; pixels: number[] } {
  const [width, height, kind] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25]];
  const channels = { 0: 1, 4: 2, 2: 3, 6: 4 }[kind as 0];
  const length = png.readUInt32BE(33);
  const rows = inflateSync(png.subarray(41, 41 + length));
  const pixels: number[] = [];
  for (let row = 0; row < height; row++) {
    const line: number[] = [];
    for (let byte = 0; byte < width * channels; byte++) {
      const before = byte < channels ? 0 : (line[byte - channels] as number);
      line.push(((rows[row * (width * channels + 1) + 1 + byte] as number) + before) % 256);
    }
    pixels.push(...line);
  }
  return { width, height, pixels };
}

describe('SummaryWriter', () => {
  it('names its file as TensorBoard does', () => {
    expect(new SummaryWriter(folder, { filenameSuffix: '.x' }).logDir).toBe(folder);
    return writer.flush().then(() => {
      expect(eventFiles(folder)).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\..+\.\d+\.\d+$/)]);
    });
  });

  it('writes numbers and tensors in the order of the calls', async () => {
    const tensor = tf.tensor1d([0.5]);
    writer.addScalar('loss', 2, 0);
    writer.addScalar('loss', tensor, 1);
    writer.addScalar('acc', Number.NaN, 1, { wallTime: 5 });
    await writer.flush();
    expect(readEvents(folder).map(({ step, tag, value }) => [step, tag, value])).toEqual([
      [0, 'loss', 2],
      [1, 'loss', 0.5],
      [1, 'acc', Number.NaN],
    ]);
    tensor.dispose();
  });

  it('writes each of several lines of a chart to a folder of its own', async () => {
    writer.addScalars('group/both', { a: 1, b: 2 }, 3);
    await writer.flush();
    expect(readdirSync(folder).filter((name) => !name.startsWith('events'))).toEqual(['group_both_a', 'group_both_b']);
    expect(readEvents(join(folder, 'group_both_b'))).toMatchObject([{ step: 3, tag: 'group/both', value: 2 }]);
  });

  it('counts values between edges, with one empty bucket before the first', async () => {
    writer.addHistogram('h', [-1, 0, 0.5, 0.5, 2], 1, { bins: [-3, -2, -1, 0, 1, 2, 3] });
    await writer.flush();
    const [event] = readEvents(folder);
    const histogram = parseMessage(inside(event?.entry as Buffer, 5) as Buffer);
    expect([1, 2, 3, 4, 5].map((field) => histogram.get(field)?.[0])).toEqual([-1, 2, 5, 2, 5.5]);
    expect(doubles(histogram.get(6)?.[0])).toEqual([-1, 0, 1, 2, 3]);
    expect(doubles(histogram.get(7)?.[0])).toEqual([0, 1, 3, 0, 1]);
  });

  it.each([
    ['nothing', [], 'no values'],
    ['what is not finite', [1, Number.NaN], 'NaN'],
  ])('refuses a histogram of %s', (_name, values, message) => {
    expect(() => writer.addHistogram('h', values)).toThrow(message);
  });

  it.each<[string, number[], string, number[]]>([
    ['CHW', [3, 1, 2], 'CHW', [0, 76, 153, 25, 102, 204]],
    ['HWC', [1, 2, 3], 'HWC', [0, 25, 76, 102, 153, 204]],
    ['HW', [2, 3], 'HW', [0, 25, 76, 102, 153, 204]],
  ])('packs a picture of floats, given as %s', async (_name, shape, dataformats, pixels) => {
    const picture = tf.tensor([0, 0.1, 0.3, 0.4, 0.6, 0.8], shape);
    writer.addImage('picture', picture, 7, { dataformats });
    writer.addScalar('after', 1, 7);
    await writer.flush();
    const events = readEvents(folder);
    expect(events.map(({ tag }) => tag)).toEqual(['picture', 'after']);
    const found = decodePng(inside(events[0]?.entry as Buffer, 4, 4) as Buffer);
    expect(found.pixels).toEqual(pixels);
    expect([found.height, found.width]).toEqual([
      inside(events[0]?.entry as Buffer, 4, 1),
      inside(events[0]?.entry as Buffer, 4, 2),
    ]);
    picture.dispose();
  });

  it('takes int32 for pixels, cuts what is beyond, and sets several pictures in a grid', async () => {
    const pictures = tf.tensor4d([-5, 7, 300, 255], [4, 1, 1, 1], 'int32');
    writer.addImages('pictures', pictures, 1);
    await writer.flush();
    const [event] = readEvents(folder);
    expect(decodePng(inside(event?.entry as Buffer, 4, 4) as Buffer)).toEqual({
      width: 4,
      height: 1,
      pixels: [0, 7, 255, 255],
    });
    pictures.dispose();
  });

  it('refuses a shape that is no picture, and says what to do', () => {
    const picture = tf.zeros([28, 28, 1]);
    expect(() => writer.addImage('x', picture)).toThrow("dataformats: 'HWC'");
    picture.dispose();
  });

  it('writes texts and hyperparameters as their plugins want them', async () => {
    writer.addText('note', '**hi**', 2);
    writer.addHparams({ lr: 0.1, on: true }, { acc: 0.5 }, { runName: 'trial' });
    await writer.flush();
    const [text] = readEvents(folder);
    expect([
      text?.tag,
      String(inside(text?.entry as Buffer, 8, 8)),
      String(inside(text?.entry as Buffer, 9, 1, 1)),
    ]).toEqual(['note/text_summary', '**hi**', 'text']);
    expect(readEvents(join(folder, 'trial')).map(({ tag }) => tag)).toEqual([
      '_hparams_/experiment',
      '_hparams_/session_start_info',
      '_hparams_/session_end_info',
      'acc',
    ]);
  });

  it('writes the layers of a module as a graph', async () => {
    const module = new TinyModule();
    writer.addGraph(module);
    await writer.flush();
    const records = readRecords(readFileSync(join(folder, eventFiles(folder)[0] ?? '')));
    const graph = inside(records[1] as Buffer, 4) as Buffer;
    const nodes = (parseMessage(graph).get(1) ?? []).map((node) => {
      const fields = parseMessage(node as Buffer);
      return [1, 2, 3].map((field) => fields.get(field)?.map(String).join());
    });
    const names = nodes.map(([name]) => name);
    expect(nodes.map(([, op]) => op)).toEqual(['InputLayer', 'Dense', 'Dense']);
    expect(names.every((name) => name?.startsWith('TinyModule/net/'))).toBe(true);
    expect(nodes.map(([, , input]) => input)).toEqual([undefined, names[0], names[1]]);
    module.dispose();
  });

  it('draws what forward does between the fields, and leaves no trace of having tried it', async () => {
    class Branching extends LightningModule {
      encoder = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
      head = tf.layers.dense({ units: 3 });
      scale = tf.variable(tf.scalar(2), true, 'scale');
      override exampleInputArray = tf.zeros([2, 4]);
      modes: boolean[] = [];

      override forward(x: tf.Tensor): tf.Tensor {
        this.modes.push(this.training);
        const hidden = tf.relu(this.encoder.apply(x) as tf.Tensor);
        return tf.add(this.head.apply(hidden) as tf.Tensor, tf.mul(hidden, this.scale));
      }
    }
    const module = new Branching();
    module.forward(module.exampleInputArray).dispose(); // builds the layers
    const { numTensors } = tf.memory();
    const nodes = moduleGraph(module).map(({ name, inputs }) => [name, inputs]);
    const edges = Object.fromEntries(
      nodes.map(([name, inputs]) => [String(name).replace(/\/dense_Dense\d+(_input)?$/, '/layer$1'), inputs]),
    );
    const encoder = nodes.map(([name]) => String(name)).find((name) => /encoder\/dense_Dense\d+$/.test(name));
    expect(edges).toMatchObject({
      'Branching/input': [],
      'Branching/encoder/layer_input': ['Branching/input'],
      'Branching/Relu': [encoder],
      'Branching/head': ['Branching/Relu'],
      'Branching/Multiply': ['Branching/Relu', 'Branching/scale'],
      'Branching/Add': ['Branching/head', 'Branching/Multiply'],
    });
    expect(module.modes).toEqual([true, false]);
    expect(module.training).toBe(true);
    expect(Object.hasOwn(module.head, 'apply')).toBe(false);
    expect(tf.memory().numTensors).toBe(numTensors);
    module.dispose();
  });

  it.each([
    [
      'fails',
      () => {
        throw new Error('no');
      },
      1,
    ],
    ['is asynchronous', async () => tf.scalar(1), 0],
  ])('draws the layers alone when forward %s', async (_what, forward, warnings) => {
    const module = new TinyModule();
    Object.assign(module, { exampleInputArray: tf.zeros([1, 4]), forward });
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    expect(moduleGraph(module).filter(({ op }) => op === 'Dense')).toHaveLength(2);
    expect(warn).toHaveBeenCalledTimes(warnings);
    warn.mockRestore();
    module.dispose();
  });

  it('begins another file after close', async () => {
    writer.addScalar('a', 1);
    await writer.close();
    writer.addScalar('b', 2);
    await writer.close();
    expect(eventFiles(folder)).toHaveLength(2);
    expect(readEvents(folder).map(({ tag }) => tag)).toEqual(['a', 'b']);
  });

  it('tries again what could not be written, and writes nothing twice', async () => {
    const place = join(folder, 'later');
    writeFileSync(place, 'a file where a folder is wanted');
    const other = new SummaryWriter(place);
    other.addScalar('a', 1);
    await expect(other.flush()).rejects.toThrow();
    rmSync(place);
    other.addScalar('b', 2);
    await other.close();
    expect(readEvents(place).map(({ tag }) => tag)).toEqual(['a', 'b']);
  });

  it('leaves no tensors', async () => {
    const before = tf.memory().numTensors;
    const values = tf.zeros([3, 4, 4]);
    writer.addHistogram('h', values);
    writer.addImage('i', values);
    values.dispose();
    await writer.flush();
    expect(tf.memory().numTensors).toBe(before);
  });
});
