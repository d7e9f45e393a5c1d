import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { crc32 } from '../crc.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** By channels: grey, grey and alpha, RGB, RGBA. */
const COLOR_TYPES: readonly (number | undefined)[] = [undefined, 0, 4, 2, 6];
const SUB = 1;

/**
 * A PNG of 8 bits a channel. Packing runs on another thread.
 * @param pixels rows from the top, pixels from the left, channels of a pixel together; 1 to 4 channels
 */
export async function encodePng(pixels: Uint8Array, height: number, width: number, channels: number): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a channel
  header[9] = COLOR_TYPES[channels] as number; // the caller checked the number of channels
  const packed = await promisify(deflate)(filterRows(pixels, height, width * channels, channels));
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))]);
}

/** Each byte as its difference to the pixel before it, which packs better; the row's first byte tells the filter. */
function filterRows(pixels: Uint8Array, height: number, rowBytes: number, channels: number): Uint8Array {
  const rows = new Uint8Array(height * (rowBytes + 1));
  for (let row = 0; row < height; row++) {
    const from = row * rowBytes;
    const to = row * (rowBytes + 1);
    rows[to] = SUB;
    for (let byte = 0; byte < rowBytes; byte++) {
      const before = byte < channels ? 0 : (pixels[from + byte - channels] as number);
      rows[to + 1 + byte] = (pixels[from + byte] as number) - before; // modulo 256, as the format has it
    }
  }
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes, 4, 8 + data.length), 8 + data.length);
  return bytes;
}
