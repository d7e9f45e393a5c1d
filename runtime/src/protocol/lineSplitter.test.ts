import { describe, expect, it } from 'vitest';
import { LineSplitter } from './index.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('LineSplitter', () => {
  it.each([1, 2, 3, 7, 1000])('puts lines together from parts of %i bytes', (size) => {
    const all = bytes('{"a":"ü€😀"}\r\n\n{"b":1}\nhalf');
    const splitter = new LineSplitter(100);
    const lines: string[] = [];
    for (let at = 0; at < all.length; at += size) lines.push(...splitter.push(all.subarray(at, at + size)));
    expect(lines).toEqual(['{"a":"ü€😀"}', '{"b":1}']);
    expect(splitter.pendingBytes).toBe(4);
  });

  it('skips a line that is too long, in one part or in many, and nothing else', () => {
    const splitter = new LineSplitter(10);
    expect(splitter.push(bytes(`${'x'.repeat(11)}\n0123456789\n`))).toEqual(['0123456789']);
    const parts = ['xxxxxx', 'xxxxxx', 'xxxx', '\nok\n'].flatMap((part) => splitter.push(bytes(part)));
    expect([parts, splitter.skipped]).toEqual([['ok'], 2]);
  });

  it.each([bytes('half'), Buffer.from('half')])('keeps nothing of a buffer that is filled anew: %o', (buffer) => {
    const splitter = new LineSplitter(100);
    splitter.push(buffer);
    buffer.fill(120);
    expect(splitter.push(bytes('\n'))).toEqual(['half']);
  });
});
