import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { watchInterrupts } from './interrupts.js';

function watch(isRunning = true) {
  const source = new EventEmitter();
  const heard: string[] = [];
  const interrupts = watchInterrupts(source, {
    stop: () => {
      heard.push('stop');
      return isRunning;
    },
    exit: (code) => heard.push(`exit ${code}`),
    print: () => heard.push('print'),
  });
  return { source, heard, interrupts };
}

describe('watchInterrupts', () => {
  it.each([
    { signals: ['SIGINT'], expected: ['stop', 'print'], code: 130 },
    { signals: ['SIGTERM'], expected: ['stop', 'print'], code: 143 },
    { signals: ['SIGINT', 'SIGINT'], expected: ['stop', 'print', 'exit 130'], code: 130 },
    { signals: ['SIGTERM', 'SIGINT'], expected: ['stop', 'print', 'exit 130'], code: 143 },
  ])('after $signals does $expected', ({ signals, expected, code }) => {
    const { source, heard, interrupts } = watch();
    for (const signal of signals) source.emit(signal);
    expect(heard).toEqual(expected);
    expect(interrupts.exitCode).toBe(code);
  });

  it('ends at once while nothing runs', () => {
    const { source, heard } = watch(false);
    source.emit('SIGINT');
    expect(heard).toEqual(['stop', 'exit 130']);
  });

  it('takes a stop from the editor for a success', () => {
    const { heard, interrupts } = watch();
    interrupts.request('Stop');
    expect([heard, interrupts.exitCode]).toEqual([['stop', 'print'], 0]);
    interrupts.request('Stop');
    expect(heard.at(-1)).toBe('exit 130');
  });

  it('does not take the end of the editor for a second wish', () => {
    const { heard, interrupts } = watch();
    interrupts.request('Stop');
    interrupts.lost('gone');
    expect(heard).toEqual(['stop', 'print']);
  });

  it('stops listening', () => {
    const { source, heard, interrupts } = watch();
    interrupts.dispose();
    source.emit('SIGINT');
    expect(heard).toEqual([]);
  });
});
