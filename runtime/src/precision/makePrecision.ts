import { MisconfigurationError } from '../errors/index.js';
import { MixedPrecision } from './mixedPrecision.js';
import { Precision } from './precision.js';

/** Short names, as PyTorch Lightning takes them. */
const ALIASES: Readonly<Record<string, string>> = {
  '64': '64-true',
  '32': '32-true',
  '16': '16-mixed',
  bf16: 'bf16-mixed',
};

const REASONS: Readonly<Record<string, string>> = {
  '64-true': 'the engine computes in float32 only, and rounding cannot add the digits',
  '16-true': 'the engine has no 16-bit type, and weights and optimizer in 16 bits would not save memory here',
  'bf16-true': 'the engine has no 16-bit type, and weights and optimizer in 16 bits would not save memory here',
  'transformer-engine': 'it is made for the tensor cores of one maker’s GPUs',
  'transformer-engine-float16': 'it is made for the tensor cores of one maker’s GPUs',
};

/**
 * The precision of this name. @param given a value that the option `precision` allows
 * @throws MisconfigurationError for one that the engine cannot do, with the reason
 */
export function makePrecision(given: string | number | null): Precision {
  const name = String(given ?? '32-true');
  const full = ALIASES[name] ?? name;
  if (name === '16' || name === 'bf16') {
    process.emitWarning(`\`precision: ${name}\` is supported for historical reasons: write precision: '${full}'.`);
  }
  if (full === '32-true') return new Precision();
  if (full === '16-mixed' || full === 'bf16-mixed') return new MixedPrecision(full);
  throw new MisconfigurationError({
    code: 'precision-not-available',
    found: `\`precision\` is '${full}', which cannot be had: ${REASONS[full] ?? 'it is unknown'}.`,
    allowed: "'32-true', 'bf16-mixed' or '16-mixed'",
    fix: full.startsWith('64') ? "Remove it: '32-true' is the default." : "Take 'bf16-mixed'.",
  });
}
