/** What the name of a checkpoint file tells. */
export interface CheckpointName {
  readonly epoch: number | undefined;
  readonly step: number | undefined;
  /** True for `last.ckpt` and `last-v1.ckpt`. */
  readonly isLast: boolean;
  /** Everything else in the name: `val_loss=0.31`. */
  readonly metrics: readonly { readonly name: string; readonly value: string }[];
}

const PART = /([^=/\\-]+)=(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?=-|$)/gi;

/** Reads a name such as `epoch=0-step=57.ckpt` or `epoch=2-val_loss=0.31-v1.ckpt`, as PyTorch Lightning writes them. */
export function parseCheckpointName(fileName: string): CheckpointName {
  const stem = fileName.replace(/\.ckpt$/, '').replace(/-v\d+$/, '');
  const parts = [...stem.matchAll(PART)].map(([, name = '', value = '']) => ({ name, value }));
  const count = (wanted: string) => {
    const value = Number(parts.find(({ name }) => name === wanted)?.value);
    return Number.isSafeInteger(value) ? value : undefined;
  };
  return {
    epoch: count('epoch'),
    step: count('step'),
    isLast: stem === 'last',
    metrics: parts.filter(({ name }) => name !== 'epoch' && name !== 'step'),
  };
}
