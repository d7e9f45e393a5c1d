import { describe, expect, it } from 'vitest';
import { SeriesStore } from './seriesStore.js';

describe('SeriesStore', () => {
  it('leaves out the rows that a metric is not part of', () => {
    const store = new SeriesStore();
    store.append({ step: [0, 1, 2], series: { train_loss: [3, 2, 1], val_loss: [null, null, 1.5] } });
    expect(store.names()).toEqual(['train_loss', 'val_loss']);
    expect(store.get('val_loss')?.length).toBe(1);
    expect(store.get('val_loss')?.last).toBe(1.5);
  });

  it('names what changed', () => {
    const store = new SeriesStore();
    store.append({ step: [0], series: { a: [1], b: [1] } });
    expect(store.append({ step: [1], series: { a: [null], b: [2] } })).toEqual(['b']);
  });

  it('reads the numbers that JSON cannot hold', () => {
    const store = new SeriesStore();
    store.append({ step: [0, 1, 2], series: { loss: ['nan', 'inf', '-inf'] } });
    expect(store.get('loss')?.notFinite).toBe(3);
    expect(store.get('loss')?.last).toBe(Number.NEGATIVE_INFINITY);
  });

  it('keeps hostile names as plain names', () => {
    const store = new SeriesStore();
    store.append({ step: [0], series: JSON.parse('{"__proto__": [1], "constructor": [2]}') });
    expect(store.names()).toEqual(['__proto__', 'constructor']);
    expect(store.get('__proto__')?.last).toBe(1);
    expect(store.get('toString')).toBeUndefined();
  });
});
