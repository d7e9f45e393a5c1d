import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { compileWorkerModule } from './compileWorkerModule.js';
import { UserFileError } from './errors.js';
import { nativeImport, temporaryProject } from './temporaryProject.js';

const project = temporaryProject({
  'one.ts': "import { size } from './size.js';\nexport const length: number = size;",
  'two.mts': 'export default class Two { readonly place = import.meta.url; }',
  'size.ts': 'export const size = 3 as const;',
  'broken.ts': 'export const length = ;',
});
afterAll(() => project.remove());

describe('compileWorkerModule', () => {
  it('compiles several at a time, each once, and they stay', async () => {
    const files = [project.path('one.ts'), project.path('two.mts'), project.path('one.ts')];
    const [one, two, again] = await Promise.all(files.map(compileWorkerModule));
    expect(again).toBe(one);
    expect((await nativeImport(one ?? '')).length).toBe(3);
    const { default: Two } = (await nativeImport(two ?? '')) as { default: new () => { place: string } };
    expect(fileURLToPath(new Two().place)).toBe(project.path('two.mts'));
    expect(existsSync(fileURLToPath(one ?? ''))).toBe(true);
  });

  it('tells what keeps a module from compiling, and where, and is not stopped by it', async () => {
    const broken = compileWorkerModule(project.path('broken.ts'));
    const next = compileWorkerModule(project.path('size.ts'));
    await expect(broken).rejects.toThrow(UserFileError);
    await expect(broken).rejects.toMatchObject({ problems: [{ location: { line: 1, column: 23 } }] });
    expect((await nativeImport(await next)).size).toBe(3);
    await expect(compileWorkerModule(project.path('missing.ts'))).rejects.toThrow('missing.ts');
  });
});
