/** How torch wrote a file: as a zip archive since 1.6, before that as a row of pickles with the storages behind them. */
export type TorchFormat = 'zip' | 'legacy';

/** How many of a file's first bytes {@link torchFormatOf} wants to see. */
export const SIGNATURE_BYTES = 24;

const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** An integer of ten bytes, 0x1950a86a20f9469cfc6c: torch's magic number, and the end of its pickle. */
const MAGIC = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
const FRAME_BYTES = 9;

/** Which of torch's formats a file has, by its first bytes; undefined for neither. */
export function torchFormatOf(start: Uint8Array): TorchFormat | undefined {
  if (beginsWith(start, ZIP)) return 'zip';
  const [pickle, protocol = 0, frame] = start;
  if (pickle !== 0x80 || protocol < 2 || protocol > 5) return undefined;
  const magic = start.subarray(frame === 0x95 ? 2 + FRAME_BYTES : 2); // protocol 4 puts the number into a frame
  return beginsWith(magic, MAGIC) ? 'legacy' : undefined;
}

function beginsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
