import { describe, expect, it } from 'vitest';
import { JsonFault, parseBoundedJson } from './boundedJson.js';

const limits = { depth: 3, tokens: 20 };

describe('parseBoundedJson', () => {
  it.each([
    'null',
    '1.5',
    '"a"',
    '{}',
    '[]',
    '{"a":[1,{"b":"[{,:}]"}],"c":"\\"\\\\"}',
    ' { "a" : 1 } ',
    '{"a":{"k":1},"b":{"k":2}}',
  ])('reads %s like JSON.parse', (text) => {
    expect(parseBoundedJson(text, limits)).toEqual(JSON.parse(text));
  });

  it.each([
    ['[[[[]]]]', 'is nested more than 3 levels deep'],
    [`[${'1,'.repeat(30)}1]`, 'has more than 20 values'],
    ['{"a":1,"a":2}', 'has the key "a" twice'],
    ['{"a":1,"\\u0061":2}', 'has the key "a" twice'],
    ['{"x":{"a":1,"b":[],"a":2}}', 'has the key "a" twice'],
    ['{"a"', 'is not JSON'],
    ['{a:1}', 'is not JSON'],
    ['"unfinished', 'is not JSON'],
    ['{"\\u00":1,"b":2}', 'is not JSON'],
    [']]]]', 'is not JSON'],
    ['', 'is not JSON'],
  ])('refuses %s', (text, message) => {
    expect(() => parseBoundedJson(text, limits)).toThrow(new JsonFault(message));
  });
});
