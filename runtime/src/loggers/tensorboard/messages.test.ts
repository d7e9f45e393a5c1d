import { describe, expect, it } from 'vitest';
import { crc32, crc32c, masked } from '../crc.js';
import { inside } from '../testing/events.js';
import { encodeEvent, FILE_VERSION, hparams, scalar } from './messages.js';

describe('checksums', () => {
  const text = Buffer.from('123456789');

  it('have the published test values', () => {
    expect([crc32c(text).toString(16), crc32(text).toString(16)]).toEqual(['e3069283', 'cbf43926']);
  });

  it('are masked as in TFRecord files', () => {
    const length = Buffer.from('4800000000000000', 'hex');
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(masked(crc32c(length)));
    expect(bytes.toString('hex')).toBe('fe92489d'); // recorded from TensorBoard
  });
});

/** Recorded from PyTorch Lightning's TensorBoardLogger, with the clock at this second. */
const SECOND = 1_700_000_000;
const START = '0900000040fc54d941';

describe('events', () => {
  it.each([
    [
      'the first of a file',
      undefined,
      FILE_VERSION,
      `${START}1a0d${hex('brain.Event:2')}522e0a2c${hex('tensorboard.summary.writer.event_file_writer')}`,
    ],
    [
      'a scalar without a step',
      undefined,
      scalar('hp_metric', -1),
      `${START}2a120a100a09${hex('hp_metric')}15000080bf`,
    ],
    ['a scalar of step 0', 0, scalar('epoch', 0), `${START}2a0e0a0c0a05${hex('epoch')}1500000000`],
    ['a scalar of step 3', 3, scalar('epoch', 0), `${START}10032a0e0a0c0a05${hex('epoch')}1500000000`],
  ])('are TensorBoard’s bytes: %s', (_name, step, body, expected) => {
    expect(encodeEvent(SECOND, step, body).toString('hex')).toBe(expected);
  });

  it.each([2 ** 40 + 5, -1])('have any step: %d', (step) => {
    expect(inside(encodeEvent(SECOND, step, scalar('a', 1)), 2)).toBe(step);
  });

  it('are TensorBoard’s bytes for hyperparameters', () => {
    const [experiment, start, end] = hparams({ lr: 0.01, name: 'demo' }, ['hp_metric']).map((body) =>
      encodeEvent(SECOND, undefined, body).toString('hex'),
    );
    expect(experiment).toContain('22060a026c722003'); // lr: a float
    expect(experiment).toContain('22080a046e616d652001'); // name: a text
    expect(experiment?.endsWith('2a0d0a0b120968705f6d6574726963')).toBe(true);
    expect(start).toContain('0a0f0a026c721209117b14ae47e17a843f');
    expect(start?.endsWith('0a0e0a046e616d6512061a0464656d6f')).toBe(true);
    expect(end?.endsWith('4a110a0f0a076870617261' + '6d7312042202' + '0801')).toBe(true);
  });
});

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}
