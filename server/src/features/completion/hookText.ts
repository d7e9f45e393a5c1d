import type { HookName, HookOwner } from 'lightning-tfjs/hooks';
import { type FileFacts, PACKAGE } from '../../analysis/index.js';
import { importName, type TextChange } from '../../fixes/index.js';
import { paramsOf } from '../hookDocs.js';

/** Types in the hook table's parameters, and what a file imports for them. */
const TYPES: Readonly<Record<string, string>> = {
  Trainer: 'type Trainer',
  LightningModule: 'type LightningModule',
  LightningOptimizer: 'type LightningOptimizer',
  OptimizerClosure: 'type OptimizerClosure',
  LRSchedulerLike: 'type LRSchedulerLike',
  StepOutputs: 'type StepOutputs',
  Checkpoint: 'type Checkpoint',
  RunKind: 'type RunKind',
  Optimizer: 'optim',
  tf: 'tf',
};

/** Bodies of hooks that must return something; `$0` is where the cursor goes. */
const BODIES: Partial<Readonly<Record<HookName, string>>> = {
  trainingStep: `return \${0:loss};`,
  configureOptimizers: `return new \${1:optim.Adam}(this.parameters(), { lr: \${2:1e-3} });$0`,
  configureCallbacks: 'return [$0];',
  trainDataloader: 'return $0;',
  valDataloader: 'return $0;',
  testDataloader: 'return $0;',
  predictDataloader: 'return $0;',
  predictStep: 'return $0;',
  onBeforeBatchTransfer: '$0\n\treturn batch;',
  transferBatchToDevice: '$0\n\treturn batch;',
  onAfterBatchTransfer: '$0\n\treturn batch;',
  trainingStepEnd: '$0\n\treturn stepOutput as StepOutput;',
  tbpttSplitBatch: 'return $0;',
  stateDict: 'return { $0 };',
};

/** How a hook is written in a file. */
export interface HookText {
  /** A snippet in LSP's syntax. */
  readonly snippet: string;
  readonly plain: string;
  /** Imports that the text needs. */
  readonly changes: readonly TextChange[];
}

/** How a hook is written: as a whole method, typed in TypeScript, with the imports that its types need. */
export function hookText(file: FileFacts, kind: HookOwner, hook: HookName, isOverride: boolean): HookText {
  const isTyped = file.language.startsWith('ts');
  const params = paramsOf(hook, kind);
  const body = bodyOf(hook, isTyped);
  const used = isTyped ? [...`${params} ${body}`.matchAll(/[A-Za-z]\w*/g)].map(([name]) => name) : [];
  const wanted = new Set(used.flatMap((name) => (Object.hasOwn(TYPES, name) ? [TYPES[name] ?? ''] : [])));
  if (body.includes('StepOutput')) wanted.add('type StepOutput');
  if (hook === 'configureOptimizers') wanted.add('optim');
  // A file that does not know the package's names yet gets all of them; the same import is not made twice.
  const changes = [...wanted].flatMap((name) => importChanges(file, name));
  const optim = changes.length > 0 || !wanted.has('optim') ? 'optim' : importName(file, 'optim').expression;
  const written = (isTyped ? params.replace(/\bOptimizer\b/g, `${optim}.Optimizer`) : withoutTypes(params)).replace(
    /\bLightning\w+\.Optimizer\b/g,
    'LightningOptimizer',
  );
  const head = `${isOverride && isTyped ? 'override ' : ''}${hook}(${written})`;
  const snippet = `${escapeSnippet(head)} {\n\t${body}\n}`;
  return { snippet, plain: `${head} {\n\t${plainBody(body)}\n}`, changes };
}

function bodyOf(hook: HookName, isTyped: boolean): string {
  const body = BODIES[hook] ?? '$0';
  return isTyped ? body : body.replace(' as StepOutput', '');
}

function importChanges(file: FileFacts, wanted: string): readonly TextChange[] {
  const name = wanted.replace(/^type /, '');
  const isHere = file.imports.some(({ module, namespace }) => module === PACKAGE && namespace !== null);
  if (file.topLevelNames.has(name) || isHere) return [];
  return importName(file, wanted).changes;
}

/** `batch: unknown, batchIdx: number` → `batch, batchIdx`. The table's parameters have no commas inside their types. */
function withoutTypes(params: string): string {
  return params
    .split(', ')
    .map((param) => param.split(/[?:]/)[0])
    .join(', ');
}

function escapeSnippet(text: string): string {
  return text.replace(/[$}\\]/g, '\\$&');
}

/** A snippet's text for an editor without snippets. */
function plainBody(snippet: string): string {
  return snippet.replace(/\$\{\d+:([^}]*)\}|\$\d+/g, (_all, text: string | undefined) => text ?? '');
}
