/** Kinds of values on the wire. Source: Protocol Buffers' encoding. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * Writes one protobuf message, field by field. As in proto3's own writers, the caller leaves out what has its default value.
 */
export class ProtoWriter {
  #bytes = Buffer.allocUnsafe(128);
  #length = 0;

  /** An integer, flag or enum; below zero it takes ten bytes, as int64 does. */
  int(field: number, value: number): this {
    this.#tag(field, VARINT);
    this.#varint(value);
    return this;
  }

  double(field: number, value: number): this {
    this.#tag(field, FIXED64);
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
    return this;
  }

  float(field: number, value: number): this {
    this.#tag(field, FIXED32);
    this.#reserve(4);
    this.#length = this.#bytes.writeFloatLE(value, this.#length);
    return this;
  }

  /** A text in UTF-8, or bytes. */
  bytes(field: number, value: string | Uint8Array): this {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    this.#tag(field, BYTES);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** A message inside, which `fill` writes. */
  message(field: number, fill: (inner: ProtoWriter) => void): this {
    const inner = new ProtoWriter();
    fill(inner);
    return this.bytes(field, inner.finish());
  }

  /** A packed list of doubles. */
  doubles(field: number, values: ArrayLike<number>): this {
    this.#tag(field, BYTES);
    this.#varint(8 * values.length);
    this.#reserve(8 * values.length);
    for (let index = 0; index < values.length; index++) {
      this.#length = this.#bytes.writeDoubleLE(values[index] as number, this.#length);
    }
    return this;
  }

  /** The message; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #tag(field: number, kind: number): void {
    this.#varint(field * 8 + kind);
  }

  #varint(value: number): void {
    this.#reserve(10);
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value));
      while (rest > 127n) {
        this.#bytes[this.#length++] = Number(rest & 127n) | 128;
        rest >>= 7n;
      }
      this.#bytes[this.#length++] = Number(rest);
      return;
    }
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128); // no shifts: steps may need more than 32 bits
    }
    this.#bytes[this.#length++] = rest;
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, wanted));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
