import { describe, expect, it } from 'vitest';
import { UsageError, UserFileError } from './errors.js';
import { findClasses } from './findClasses.js';

abstract class LightningModule {}
abstract class LightningDataModule {}

class Lit extends LightningModule {
  trainingStep(): void {}
}
class Other extends LightningModule {
  trainingStep(): void {}
}
abstract class Base extends LightningModule {
  abstract trainingStep(): void;
}
class Derived extends Base {
  override trainingStep(): void {}
}
class Further extends Lit {}
class Data extends LightningDataModule {}
class MoreData extends LightningDataModule {}

function find(exports: Readonly<Record<string, unknown>>, names: { className?: string; dataName?: string } = {}) {
  return findClasses(
    { path: '/project/lit.ts', exports },
    { moduleBase: LightningModule, dataBase: LightningDataModule, ...names },
  );
}

/** A class that extends another copy of ours. */
function fromAnotherCopy(): new () => object {
  const copy = { LightningModule: class LightningModule {} };
  return class Foreign extends copy.LightningModule {};
}

describe('findClasses', () => {
  it.each([
    { name: 'the only module', exports: { Lit, x: 1, LightningModule }, module: Lit, data: undefined },
    { name: 'a default export', exports: { default: Lit }, module: Lit, data: undefined },
    { name: 'a class that is exported twice', exports: { Lit, default: Lit }, module: Lit, data: undefined },
    { name: 'module and data', exports: { Lit, Data }, module: Lit, data: Data },
    { name: 'the class that extends an exported base', exports: { Base, Derived }, module: Derived, data: undefined },
    { name: 'a lone base', exports: { Base }, module: Base, data: undefined },
  ])('finds $name', ({ exports, module, data }) => {
    expect(find(exports)).toEqual({ module, data });
  });

  it('finds a class that extends another copy of the package', () => {
    const Foreign = fromAnotherCopy();
    expect(find({ Foreign }).module).toBe(Foreign);
  });

  it.each([
    { names: { className: 'Other' }, module: Other, data: Data },
    { names: { className: 'renamed', dataName: 'Data' }, module: Lit, data: Data },
  ])('chooses by $names', ({ names, module, data }) => {
    expect(find({ renamed: Lit, Other, Data }, names)).toEqual({ module, data });
  });

  it.each([
    { exports: {}, text: 'It exports nothing.' },
    { exports: { x: 1, LightningModule }, text: 'It exports x, LightningModule.' },
  ])('says what a file without module exports: $text', ({ exports, text }) => {
    expect(() => find(exports)).toThrow(UserFileError);
    expect(() => find(exports)).toThrow(text);
  });

  it.each([
    {
      exports: { Lit, Other },
      names: {},
      text: 'exports 2 classes that extend LightningModule: Lit, Other. Choose one with --class Lit.',
    },
    { exports: { Lit, Further }, names: {}, text: 'Lit, Further' },
    { exports: { Lit, Data, MoreData }, names: {}, text: 'Choose one with --data Data.' },
    { exports: { Lit }, names: { className: 'Lot' }, text: 'Did you mean --class Lit?' },
    {
      exports: { Lit },
      names: { dataName: 'Data' },
      text: 'lit.ts exports no LightningDataModule named Data. It exports Lit.',
    },
  ])('asks for a choice: $text', ({ exports, names, text }) => {
    expect(() => find(exports, names)).toThrow(UsageError);
    expect(() => find(exports, names)).toThrow(text);
  });
});
