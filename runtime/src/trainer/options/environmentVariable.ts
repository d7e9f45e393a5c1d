/** The variable that gives an option's default, as PyTorch Lightning names it: `maxEpochs` is `PL_TRAINER_MAX_EPOCHS`. */
export function environmentVariable(option: string): string {
  return PREFIX + option.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** What the variables begin with. */
export const PREFIX = 'PL_TRAINER_';
