import { distance } from 'fastest-levenshtein';
import {
  BASE_METHODS,
  HOOK_NAMES,
  HOOKS,
  type HookOwner,
  type HookRow,
  LEGACY_HOOKS,
  type LegacyHookRow,
} from './hookTable.js';

/** The hook that a name most likely means. */
export interface NearestHook {
  readonly hook: string;
  /** `likely`: a name of the user's own is about as probable. */
  readonly certainty: 'certain' | 'likely';
}

/** The hooks of one owner. */
interface OwnHooks {
  readonly hooks: readonly string[];
  readonly legacy: readonly string[];
}

const OWN: Readonly<Record<HookOwner, OwnHooks>> = {
  module: hooksOf('module'),
  datamodule: hooksOf('datamodule'),
  callback: hooksOf('callback'),
};
const METHODS: ReadonlySet<string> = new Set([...BASE_METHODS, ...Object.keys(LEGACY_HOOKS)]);
const KNOWN: ReadonlySet<string> = new Set([...METHODS, ...HOOK_NAMES]);

function hooksOf(owner: HookOwner): OwnHooks {
  const legacy = Object.entries<LegacyHookRow>(LEGACY_HOOKS).filter(([, { owners }]) => owners.includes(owner));
  return {
    hooks: HOOK_NAMES.filter((name) => (HOOKS[name] as HookRow).owners.includes(owner)),
    legacy: legacy.map(([name]) => name),
  };
}

/** Other words for a hook's words, that people use in its place. */
const SYNONYMS: Readonly<Record<string, string>> = {
  training: 'train',
  testing: 'test',
  valid: 'val',
  validation: 'val',
  predicting: 'predict',
  prediction: 'predict',
};

/**
 * Words that are one or two letters away from a hook's and mean something of their own: `onTrainPatchStart` is no
 * misspelt `onTrainBatchStart`.
 */
const OTHER_WORDS: ReadonlySet<string> = new Set(
  [
    'best rest next last list text tests tested tester nested',
    'brain chain drain grain strain trainer trained trains',
    'predicts predicted predictor validator validates validated',
    'bit hit kit set get fits edit first',
    'stat stats state smart restart stop',
    'send bend and',
    'steps stem stamp',
    'batches patch match catch watch latch hatch',
    'epochs models model module date meta devices device schedulers checkpoints backwards optimize optimized optimizers',
  ].flatMap((line) => line.split(' ')),
);

/** True for hooks that a module may have, hooks of PyTorch Lightning 1.x, and methods of the base class. */
export function isKnownHookName(name: string): boolean {
  return METHODS.has(name) || OWN.module.hooks.includes(name);
}

/**
 * The hook that a method's name means, when it is not a hook's but nearly one; null for a name of its own.
 * @param owner whose method it is; default a module's
 */
export function nearestHook(name: string, owner: HookOwner = 'module'): NearestHook | null {
  if (KNOWN.has(name) || name.startsWith('_') || name.startsWith('#')) return null;
  const own = OWN[owner];
  return sameLetters(name, own) ?? sameWords(name, own) ?? withoutOn(name, own) ?? misspelt(name, own);
}

/** The words of a name in camelCase or snake_case, in lower case. */
export function wordsOf(name: string): readonly string[] {
  return name.match(/[A-Z]?[a-z\d]+|[A-Z]+(?![a-z])/g)?.map((word) => word.toLowerCase()) ?? [];
}

/** `training_step`, `trainDataLoader`: only case and underscores differ. */
function sameLetters(name: string, { hooks, legacy }: OwnHooks): NearestHook | null {
  const letters = lettersOf(name);
  const hook = [...hooks, ...legacy].find((each) => lettersOf(each) === letters);
  return hook === undefined ? null : { hook, certainty: 'certain' };
}

/**
 * `onTrainingEpochEnd`, `validationDataloader`, `trainStepEnd`: another word for the same thing. Helpers such as `trainStep` are
 * left alone.
 */
function sameWords(name: string, { hooks }: OwnHooks): NearestHook | null {
  const words = wordsOf(name);
  const isStepEnd = words.at(-2) === 'step' && words.at(-1) === 'end';
  if (words[0] !== 'on' && words.at(-1) !== 'dataloader' && !isStepEnd) return null;
  const plain = plainWords(words);
  const hook = hooks.find((each) => plainWords(wordsOf(each)) === plain);
  return hook === undefined ? null : { hook, certainty: 'certain' };
}

/** `trainEpochEnd` for `onTrainEpochEnd`. Short ones, such as `fitEnd`, may well be helpers. */
function withoutOn(name: string, { hooks }: OwnHooks): NearestHook | null {
  const words = wordsOf(name);
  const isMoment = ['start', 'end'].includes(words.at(-1) ?? '') || ['before', 'after'].includes(words[0] ?? '');
  if (!isMoment) return null;
  const plain = plainWords(['on', ...words]);
  const hook = hooks.find((each) => plainWords(wordsOf(each)) === plain);
  return hook === undefined ? null : { hook, certainty: words.length > 2 ? 'certain' : 'likely' };
}

/** `onTrainEpochStrat`, `configureOptimizer`: a slip of the keys in one or two words. */
function misspelt(name: string, { hooks }: OwnHooks): NearestHook | null {
  const slips = hooks
    .flatMap((hook) => {
      const size = slip(name, hook);
      return size === null ? [] : [{ hook, size }];
    })
    .sort((a, b) => a.size - b.size);
  const [nearest, second] = slips;
  if (!nearest || [...METHODS].some((method) => letterDistance(name, method) <= nearest.size)) return null;
  return { hook: nearest.hook, certainty: second?.size === nearest.size ? 'likely' : 'certain' };
}

/** How far a name is from a hook when it can be a misspelling of it; null when it cannot. At most 2. */
function slip(name: string, hook: string): number | null {
  const total = letterDistance(name, hook);
  if (total > 2 || hook.length < 7) return null;
  const words = wordsOf(name);
  const hookWords = wordsOf(hook);
  // A capital letter is wrong too: only one more letter may be.
  if (words.length !== hookWords.length) return total <= 1 && hook.length >= 10 ? total : null;
  const isSlip = words.every((word, i) => word === hookWords[i] || isMisspeltWord(word, hookWords[i] ?? ''));
  return isSlip ? total : null;
}

function isMisspeltWord(word: string, right: string): boolean {
  if (right.length < 3 || OTHER_WORDS.has(word)) return false;
  return letterDistance(word, right) <= (right.length >= 6 ? 2 : 1);
}

/** Edit distance without regard to case; two neighbours in the wrong order count as one slip. */
function letterDistance(a: string, b: string): number {
  const [left, right] = [lettersOf(a), lettersOf(b)];
  return isSwap(left, right) ? 1 : distance(left, right);
}

function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  const at = [...a].findIndex((letter, i) => letter !== b[i]);
  return at !== -1 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

function lettersOf(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

function plainWords(words: readonly string[]): string {
  return words.map((word) => SYNONYMS[word] ?? word).join(' ');
}
