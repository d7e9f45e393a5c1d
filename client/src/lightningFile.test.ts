import { describe, expect, it } from 'vitest';
import { isLightningFile } from './lightningFile.js';

const file = (text: string) => ({ getText: () => text });

describe('isLightningFile', () => {
  it.each([
    ["import { LightningModule } from 'lightning-tfjs';"],
    ['const { Trainer } = require("lightning-tfjs");'],
    ["import { HOOKS } from 'lightning-tfjs/hooks';"],
    ['class A extends LightningModule {}'],
    ['class A extends pl.LightningDataModule {}'],
  ])('sees one in: %s', (text) => {
    expect(isLightningFile(file(text))).toBe(true);
  });

  it.each([
    ["import * as tf from '@tensorflow/tfjs';"],
    ["import x from 'lightning-tfjs-extras';"],
    ['// LightningModule is mentioned'],
    [`${' '.repeat(300_000)}class A extends LightningModule {}`],
  ])('sees none in: %s', (text) => {
    expect(isLightningFile(file(text))).toBe(false);
  });
});
