import { describe, expect, it } from 'vitest';
import { TextFitter } from './textFitter.js';
import { byteLabel, timeLabel } from './time.js';

describe('TextFitter', () => {
  it('shortens a text until it fits, and leaves out what cannot be read', () => {
    const fitter = new TextFitter((text) => text.length * 10);
    expect([100, 60, 31, 29, 0].map((pixels) => fitter.fit('MatMulGrad', pixels))).toEqual([
      'MatMulGrad',
      'MatMu…',
      'Ma…',
      '',
      '',
    ]);
  });

  it('is never wider than the box, whatever the letters', () => {
    const measure = (text: string) => [...text].reduce((sum, letter) => sum + (letter === 'M' ? 20 : 4), 0);
    const fitter = new TextFitter(measure);
    for (let pixels = 0; pixels < 80; pixels++)
      expect(measure(fitter.fit('MMMiiiiiii', pixels))).toBeLessThanOrEqual(pixels);
  });

  it('measures each text once', () => {
    let count = 0;
    const fitter = new TextFitter((text) => {
      count++;
      return text.length * 10;
    });
    fitter.fit('MatMulGrad', 60);
    const first = count;
    fitter.fit('MatMulGrad', 60);
    expect(count).toBe(first);
    fitter.clear();
    fitter.fit('MatMulGrad', 60);
    expect(count).toBe(2 * first);
  });
});

describe('labels', () => {
  it.each([
    [0, '0 µs'],
    [12.345, '12.35 µs'],
    [12_300, '12.3 ms'],
    [4_500_000, '4.5 s'],
  ])('%d µs: %s', (us, text) => expect(timeLabel(us)).toBe(text));

  it.each([
    [0, '0 B'],
    [1280, '1.28 kB'],
    [2_500_000, '2.5 MB'],
  ])('%d bytes: %s', (bytes, text) => expect(byteLabel(bytes)).toBe(text));
});
