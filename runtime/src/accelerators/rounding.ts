/** Formats of 16 bits that numbers can be rounded to; they stay float32 values. */
export type HalfType = 'bfloat16' | 'float16';

/** Half of the least normal float16's distance to its neighbours, as a number of 24 binary places: adding it rounds a subnormal. */
const SUBNORMAL_MAGIC = 0.5;
const LEAST_NORMAL = 0x38800000; // 2 ** -14
const OVERFLOW = 0x477ff000; // 65520: from here on float16 rounds to infinity
const INFINITE = 0x7f800000;

/** Rounds numbers in place, to the nearest, ties to even: as a processor does that has the type. */
export function roundTo(type: HalfType, values: Float32Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  if (type === 'bfloat16') toBfloat16(bits);
  else toFloat16(bits, values);
}

function toBfloat16(bits: Uint32Array): void {
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i] as number; // within the array
    const isNotANumber = (value & 0x7fffffff) > INFINITE;
    bits[i] = (isNotANumber ? value | 0x400000 : value + 0x7fff + ((value >>> 16) & 1)) & 0xffff0000;
  }
}

function toFloat16(bits: Uint32Array, values: Float32Array): void {
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i] as number; // within the array
    const size = value & 0x7fffffff;
    if (size >= INFINITE) continue;
    if (size >= OVERFLOW) {
      bits[i] = (value & 0x80000000) | INFINITE;
    } else if (size >= LEAST_NORMAL) {
      bits[i] = (value + 0xfff + ((value >>> 13) & 1)) & 0xffffe000;
    } else {
      const number = values[i] as number;
      const rounded = Math.fround(Math.fround(Math.abs(number) + SUBNORMAL_MAGIC) - SUBNORMAL_MAGIC);
      values[i] = value < 0x80000000 ? rounded : -rounded; // by the sign's bit, which zero has, too
    }
  }
}
