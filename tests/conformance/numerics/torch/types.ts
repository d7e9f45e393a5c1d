import { tf } from 'lightning-tfjs';
import { toNumbers } from '../../names.js';
import type { Json, JsonObject } from '../../scenario.js';

/** The tensors of a scenario by their names, in torch's order. */
export type Inputs = Readonly<Record<string, tf.Tensor>>;

/** What a scenario's operation does. */
export type Operation = (inputs: Inputs, args: JsonObject) => tf.Tensor;

/** An operation on tensors whose names do not matter: `x`, `a` or `input`. */
export type TensorOperation = (tensors: readonly tf.Tensor[], args: JsonObject, inputs: Inputs) => tf.Tensor;

/** The first tensor of an operation. */
export function first(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tensors[0] as tf.Tensor; // every operation of the format has one
}

/** The second operand: a tensor, or a number under one of some names. */
export function operand(tensors: readonly tf.Tensor[], args: JsonObject, ...names: readonly string[]): tf.Tensor {
  return tensors[1] ?? tf.scalar(numberAt(args, [...names, 'other'], Number.NaN));
}

/** The first of some arguments that is given, as a number. */
export function numberAt(args: JsonObject, names: readonly string[], usual: number): number {
  for (const name of names) {
    const value = toNumbers(args[name] ?? null);
    if (typeof value === 'number') return value;
  }
  return usual;
}

/** An argument that is a list of numbers, or one number. */
export function numbersOf(value: Json | undefined): number[] {
  if (typeof value === 'number') return [value];
  return Array.isArray(value) ? value.map(Number) : [];
}

/** An axis that may count from the end. */
export function axisFrom(dim: Json | undefined, rank: number, usual = 0): number {
  const axis = typeof dim === 'number' ? dim : usual;
  return axis < 0 ? axis + rank : axis;
}

/** The axes of `dim`: a number, a list, or nothing for all. */
export function axesFrom(dim: Json | undefined, rank: number): number[] {
  const given = numbersOf(dim);
  return given.length > 0 ? given.map((axis) => axisFrom(axis, rank)) : [...Array(rank).keys()];
}
