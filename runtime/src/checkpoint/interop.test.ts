import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from './weightsFile.js';

// Recorded files lie beside the repository where they are; without them there is nothing to compare with.
const recorded = fileURLToPath(new URL('../../../../shared/conformance/interop/', import.meta.url));
const isThere = existsSync(`${recorded}weights.safetensors`);
if (!isThere)
  console.info('skipped: the recorded interop files (../shared/conformance/interop) are not beside this repository');

interface Recorded {
  readonly metadata: Record<string, string>;
  readonly tensors: Record<
    string,
    { readonly dtype: string; readonly shape: number[]; readonly values: (number | boolean)[] }
  >;
}

describe.skipIf(!isThere)('a safetensors file of another program', () => {
  it('is read with all its dtypes', async () => {
    const { metadata, tensors }: Recorded = JSON.parse(await readFile(`${recorded}weights_safetensors.json`, 'utf8'));
    const found = await readSafetensors(`${recorded}weights.safetensors`);
    expect(Object.fromEntries(found.metadata)).toEqual(metadata);
    expect([...found.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { dtype, shape, values }] of Object.entries(tensors)) {
      const tensor = found.tensors.get(name);
      const expectedDtype = dtype === 'bool' ? 'bool' : dtype.includes('float') ? 'float32' : 'int32';
      expect([name, tensor?.dtype, tensor?.shape]).toEqual([name, expectedDtype, shape]);
      // float64 is rounded to float32 on reading.
      expect(Array.from(tensor?.data ?? [])).toEqual(values.map((value) => Math.fround(Number(value))));
    }
  });
});
