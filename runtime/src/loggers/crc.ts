/** Castagnoli's polynomial, bits reversed: TFRecord files. */
const CASTAGNOLI = tableOf(0x82f63b78);
/** The polynomial of zip and PNG, bits reversed. */
const ZIP = tableOf(0xedb88320);

function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc >>> 0;
  });
}

function checksum(table: Uint32Array, bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffffffff;
  // Both indices are within their arrays.
  for (let index = from; index < to; index++) crc = (table[(crc ^ bytes[index]!) & 0xff]! ^ (crc >>> 8)) >>> 0;
  return (crc ^ 0xffffffff) >>> 0;
}

/** CRC-32C of the bytes from `from` to `to`. Test value: `123456789` gives e3069283. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  return checksum(CASTAGNOLI, bytes, from, to);
}

/** CRC-32 of zip and PNG. Test value: `123456789` gives cbf43926. */
export function crc32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  return checksum(ZIP, bytes, from, to);
}

/** A CRC-32C as TFRecord files hold it, so that a checksum of data with checksums inside stays a good one. */
export function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
