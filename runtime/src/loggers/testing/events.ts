/** Reads event files back, for the tests of this room: records with their checksums, and protobuf fields without names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c, masked } from '../crc.js';

/** Fields of a protobuf message by number: numbers, or the bytes of what is inside. */
export type Fields = Map<number, (number | Buffer)[]>;

/** The records of a TFRecord file. @throws for a checksum that is wrong */
export function readRecords(bytes: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    const isGood =
      bytes.readUInt32LE(at + 8) === masked(crc32c(bytes, at, at + 8)) &&
      bytes.readUInt32LE(at + 12 + length) === masked(crc32c(data));
    if (!isGood) throw new Error(`The record at byte ${at} has a wrong checksum.`);
    records.push(data);
    at += 16 + length;
  }
  return records;
}

export function parseMessage(bytes: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] as number;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
  };
  const read = (kind: number): number | Buffer => {
    if (kind === 0) return varint();
    const length = kind === 1 ? 8 : kind === 5 ? 4 : varint();
    at += length;
    const found = bytes.subarray(at - length, at);
    return kind === 1 ? found.readDoubleLE() : kind === 5 ? found.readFloatLE() : found;
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    fields.set(field, [...(fields.get(field) ?? []), read(tag % 8)]);
  }
  return fields;
}

/** A field inside of messages inside. */
export function inside(bytes: Buffer, ...path: number[]): number | Buffer | undefined {
  let found: number | Buffer | undefined = bytes;
  for (const field of path) found = Buffer.isBuffer(found) ? parseMessage(found).get(field)?.[0] : undefined;
  return found;
}

/** An event's step, and the tag and the value of its summary. */
export interface ReadEvent {
  readonly step: number;
  readonly tag: string;
  readonly value: number | undefined;
  /** The bytes of the summary's value. */
  readonly entry: Buffer;
}

/** The summaries of a folder's event files, in the order of the files and in them. */
export function readEvents(directory: string): ReadEvent[] {
  return eventFiles(directory).flatMap((name) =>
    readRecords(readFileSync(join(directory, name)))
      .filter((record) => inside(record, 5) !== undefined)
      .map((record) => {
        const entry = inside(record, 5, 1) as Buffer; // a summary has a value
        const value = inside(entry, 2);
        return {
          step: Number(inside(record, 2) ?? 0),
          tag: String(inside(entry, 1)),
          value: typeof value === 'number' ? value : undefined,
          entry,
        };
      }),
  );
}

export function eventFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.startsWith('events.out.tfevents.'))
    .sort((a, b) => Number(a.split('.').at(-1)) - Number(b.split('.').at(-1)));
}
