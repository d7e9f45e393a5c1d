import { describe, expect, it } from 'vitest';
import { Callback } from '../callbacks/index.js';
import { BASE_METHODS, HOOK_NAMES, HOOKS, type HookOwner } from './hookTable.js';
import { LightningDataModule, LightningModule } from './index.js';

const CLASSES = { module: LightningModule, datamodule: LightningDataModule, callback: Callback } as const;

function methodsOf(Class: (typeof CLASSES)[HookOwner]): string[] {
  const methods: string[] = [];
  for (
    let prototype: object = Class.prototype;
    prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const descriptors = Object.entries(Object.getOwnPropertyDescriptors(prototype));
    methods.push(...descriptors.filter(([, { value }]) => typeof value === 'function').map(([name]) => name));
  }
  return methods;
}

describe.each(Object.entries(CLASSES) as [HookOwner, (typeof CLASSES)[HookOwner]][])(
  'the hook table and %s',
  (owner, Class) => {
    const rows = HOOK_NAMES.filter((name) => (HOOKS[name].owners as readonly HookOwner[]).includes(owner));

    it('has a method for each row', () => {
      const methods = new Set(methodsOf(Class));
      expect(rows.filter((name) => !methods.has(name))).toEqual([]);
    });

    it('has a row, or an entry among the base methods, for each method', () => {
      const known: readonly string[] = [...HOOK_NAMES, ...BASE_METHODS];
      expect(methodsOf(Class).filter((name) => !known.includes(name))).toEqual([]);
    });
  },
);
