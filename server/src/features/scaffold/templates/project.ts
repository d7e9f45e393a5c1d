import { dataOf, type ModuleTemplate, withoutData } from './template.js';

/** The files of a new project, by their path. Names stand as they are: the caller has checked them. */
export function projectFiles(
  packageName: string,
  module: ModuleTemplate,
  version: string,
  withTests: boolean,
): Readonly<Record<string, string>> {
  const className = module.defaultName;
  const dataName = `${className.replace(/^Lit/, '')}Data`;
  const named = (text: string, name: string) => text.replaceAll('$Name', () => name);
  const imported = (names: readonly string[]) => [...names].sort((a, b) => a.localeCompare(b, 'en')).join(', ');
  const own = withoutData(module);
  const data = dataOf(module);
  return {
    'package.json': json({
      name: packageName,
      version: '0.0.1',
      private: true,
      type: 'module',
      scripts: {
        fit: 'lightning fit src/module.ts',
        test: withTests ? 'vitest run' : 'lightning fit src/module.ts --trainer.fastDevRun',
        typecheck: 'tsc --noEmit',
      },
      dependencies: { 'lightning-tfjs': version },
      devDependencies: {
        '@types/node': '^20.0.0',
        typescript: '>=5.2',
        ...(withTests && { vitest: '>=3' }),
      },
    }),
    'tsconfig.json': json({
      compilerOptions: {
        target: 'ES2022',
        module: 'NodeNext',
        // With the platform's names as browsers and Node share them, so that nothing is unknown before anything is installed.
        lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
        strict: true,
        noImplicitOverride: true,
        skipLibCheck: true,
        noEmit: true,
      },
      include: ['src'],
    }),
    '.gitignore': 'node_modules/\nlightning_logs/\n',
    'README.md': `# ${packageName}

A \`LightningModule\` in \`src/module.ts\`, and its data in \`src/data.ts\`.

\`\`\`sh
npm install
npx lightning fit src/module.ts --trainer.fastDevRun   # one batch of everything, to see that the code works
npx lightning fit src/module.ts --trainer.maxEpochs 10
npx lightning test src/module.ts --ckpt best
\`\`\`

Metrics and checkpoints lie in \`lightning_logs/\`. Every option: \`npx lightning --help\`.
`,
    'src/module.ts': `import { ${imported(own.imports)} } from 'lightning-tfjs';

// The command line finds the data beside the module.
export { ${dataName} } from './data.js';

${named(own.text, className)}`,
    'src/data.ts': `import { ${imported(data.imports)} } from 'lightning-tfjs';

${named(data.text, dataName)}`,
    ...(withTests && {
      'src/module.test.ts': `import { Trainer } from 'lightning-tfjs';
import { describe, expect, it } from 'vitest';
import { ${className}, ${dataName} } from './module.js';

describe('${className}', () => {
  it('trains a batch and validates it', async () => {
    const trainer = new Trainer({ fastDevRun: true, enableProgressBar: false, enableModelSummary: false });
    await trainer.fit(new ${className}(), { datamodule: new ${dataName}() });
    expect(trainer.globalStep).toBeGreaterThan(0);
  });
});
`,
    }),
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
