/** Rows and columns of a tile: its sums stay in registers while it runs along the inner side. */
const TILE_ROWS: i32 = 4;
const TILE_COLUMNS: i32 = 8;
/** A block of `b` is copied together before use, in panels of one tile's width; this much fits the second cache. */
const BLOCK_INNER: i32 = 256;
const BLOCK_COLUMNS: i32 = 256;
/** Rows of `a` that are taken through all panels before the next ones. */
const BLOCK_ROWS: i32 = 64;

/** Activations behind a product. */
const RELU: i32 = 1;
const RELU6: i32 = 2;

/**
 * `out = activation(a · b + bias)` for rows `fromRow` to `toRow` and columns `fromColumn` to `toColumn` (exclusive).
 * Strides tell where the next row and the next column of an operand lie, so that transposed operands need no copy.
 * The order in which an element's products are added does not depend on the part, nor on how many parts there are.
 * @param bias one number a column, or 0 for none
 * @param scratch `BLOCK_INNER * BLOCK_COLUMNS + TILE_ROWS * TILE_COLUMNS` floats of the caller's own, 16-byte aligned
 */
export function matMul(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  out: usize,
  inner: i32,
  columns: i32,
  fromRow: i32,
  toRow: i32,
  fromColumn: i32,
  toColumn: i32,
  bias: usize,
  activation: i32,
  scratch: usize,
): void {
  // Blocks of equal depth: a thin last one would cost as much as a full one.
  const depths = max(1, (inner + BLOCK_INNER - 1) / BLOCK_INNER);
  const depth = (inner + depths - 1) / depths;
  const spill = scratch + ((<usize>(BLOCK_INNER * BLOCK_COLUMNS)) << 2);
  for (let k = 0; k < inner; k += depth) {
    const kLength = min(depth, inner - k);
    for (let n = fromColumn; n < toColumn; n += BLOCK_COLUMNS) {
      const nLength = min(BLOCK_COLUMNS, toColumn - n);
      packBlock(b + ((<usize>(k * bRow + n * bColumn)) << 2), bRow, bColumn, kLength, nLength, scratch);
      for (let m = fromRow; m < toRow; m += BLOCK_ROWS) {
        const mEnd = min(m + BLOCK_ROWS, toRow);
        for (let p = 0; p < nLength; p += TILE_COLUMNS) {
          const panel = scratch + ((<usize>(p * kLength)) << 2);
          const width = min(TILE_COLUMNS, nLength - p);
          let i = m;
          for (; i + TILE_ROWS <= mEnd; i += TILE_ROWS) {
            const from = a + ((<usize>(i * aRow + k * aColumn)) << 2);
            const to = out + ((<usize>(i * columns + n + p)) << 2);
            tile4(from, aRow, aColumn, panel, kLength, to, columns, width, k > 0, spill);
          }
          for (; i < mEnd; i++) {
            const from = a + ((<usize>(i * aRow + k * aColumn)) << 2);
            const to = out + ((<usize>(i * columns + n + p)) << 2);
            tile1(from, aColumn, panel, kLength, to, width, k > 0, spill);
          }
        }
      }
    }
  }
  if (bias !== 0 || activation !== 0) finish(out, columns, fromRow, toRow, fromColumn, toColumn, bias, activation);
}

/** Copies a block into panels: inner index by inner index, the panel's columns together, with zeros beyond the last. */
function packBlock(b: usize, bRow: i32, bColumn: i32, inner: i32, columns: i32, to: usize): void {
  for (let p = 0; p < columns; p += TILE_COLUMNS) {
    const width = min(TILE_COLUMNS, columns - p);
    const from = b + ((<usize>(p * bColumn)) << 2);
    if (width === TILE_COLUMNS && bColumn === 1) {
      packRows(from, bRow, inner, to);
    } else if (width === TILE_COLUMNS && bRow === 1) {
      packTransposed(from, bColumn, inner, to);
    } else {
      packSlowly(from, bRow, bColumn, inner, width, to);
    }
    to += (<usize>(inner * TILE_COLUMNS)) << 2;
  }
}

function packRows(from: usize, row: i32, inner: i32, to: usize): void {
  const step = (<usize>row) << 2;
  for (let k = 0; k < inner; k++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    from += step;
    to += TILE_COLUMNS << 2;
  }
}

/** The columns lie one behind another: turned in squares of four. */
function packTransposed(from: usize, column: i32, inner: i32, to: usize): void {
  const step = (<usize>column) << 2;
  let k = 0;
  for (; k + 4 <= inner; k += 4) {
    turnSquare(from, step, to);
    turnSquare(from + (step << 2), step, to + 16);
    from += 16;
    to += TILE_COLUMNS << 4;
  }
  if (k < inner) packSlowly(from, 1, column, inner - k, TILE_COLUMNS, to);
}

function turnSquare(from: usize, step: usize, to: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + step);
  const r2 = v128.load(from + (step << 1));
  const r3 = v128.load(from + step + (step << 1));
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + 32, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 64, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 96, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

function packSlowly(from: usize, row: i32, column: i32, inner: i32, width: i32, to: usize): void {
  for (let k = 0; k < inner; k++) {
    for (let j = 0; j < TILE_COLUMNS; j++) {
      store<f32>(to, j < width ? load<f32>(from + ((<usize>(k * row + j * column)) << 2)) : 0);
      to += 4;
    }
  }
}

/** Four rows of a panel's columns. */
function tile4(
  a: usize,
  aRow: i32,
  aColumn: i32,
  panel: usize,
  inner: i32,
  out: usize,
  outRow: i32,
  width: i32,
  goesOn: bool,
  spill: usize,
): void {
  const rowStep = (<usize>aRow) << 2;
  const step = (<usize>aColumn) << 2;
  const outStep = (<usize>outRow) << 2;
  let a1 = a + rowStep;
  let a2 = a1 + rowStep;
  let a3 = a2 + rowStep;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const end = panel + ((<usize>(inner * TILE_COLUMNS)) << 2);
  while (panel < end) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    const x0 = v128.load_splat<f32>(a);
    s00 = f32x4.add(s00, f32x4.mul(x0, b0));
    s01 = f32x4.add(s01, f32x4.mul(x0, b1));
    const x1 = v128.load_splat<f32>(a1);
    s10 = f32x4.add(s10, f32x4.mul(x1, b0));
    s11 = f32x4.add(s11, f32x4.mul(x1, b1));
    const x2 = v128.load_splat<f32>(a2);
    s20 = f32x4.add(s20, f32x4.mul(x2, b0));
    s21 = f32x4.add(s21, f32x4.mul(x2, b1));
    const x3 = v128.load_splat<f32>(a3);
    s30 = f32x4.add(s30, f32x4.mul(x3, b0));
    s31 = f32x4.add(s31, f32x4.mul(x3, b1));
    a += step;
    a1 += step;
    a2 += step;
    a3 += step;
    panel += TILE_COLUMNS << 2;
  }
  if (width === TILE_COLUMNS) {
    put(out, s00, s01, goesOn);
    put(out + outStep, s10, s11, goesOn);
    put(out + (outStep << 1), s20, s21, goesOn);
    put(out + outStep + (outStep << 1), s30, s31, goesOn);
    return;
  }
  putSome(out, s00, s01, width, goesOn, spill);
  putSome(out + outStep, s10, s11, width, goesOn, spill);
  putSome(out + (outStep << 1), s20, s21, width, goesOn, spill);
  putSome(out + outStep + (outStep << 1), s30, s31, width, goesOn, spill);
}

/** One row of a panel's columns: what is left below the tiles of four. */
function tile1(
  a: usize,
  aColumn: i32,
  panel: usize,
  inner: i32,
  out: usize,
  width: i32,
  goesOn: bool,
  spill: usize,
): void {
  const step = (<usize>aColumn) << 2;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  const end = panel + ((<usize>(inner * TILE_COLUMNS)) << 2);
  while (panel < end) {
    const x = v128.load_splat<f32>(a);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(panel)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(panel, 16)));
    a += step;
    panel += TILE_COLUMNS << 2;
  }
  if (width === TILE_COLUMNS) put(out, s0, s1, goesOn);
  else putSome(out, s0, s1, width, goesOn, spill);
}

function put(out: usize, s0: v128, s1: v128, goesOn: bool): void {
  if (goesOn) {
    s0 = f32x4.add(s0, v128.load(out));
    s1 = f32x4.add(s1, v128.load(out, 16));
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
}

/** A tile beyond the last column: through memory of our own, since what lies behind belongs to somebody. */
function putSome(out: usize, s0: v128, s1: v128, width: i32, goesOn: bool, spill: usize): void {
  v128.store(spill, s0);
  v128.store(spill, s1, 16);
  for (let j: usize = 0; j < <usize>width; j++) {
    const at = out + (j << 2);
    const sum = load<f32>(spill + (j << 2));
    store<f32>(at, goesOn ? load<f32>(at) + sum : sum);
  }
}

/** Adds the bias and applies the activation, where the product stands now. */
function finish(
  out: usize,
  columns: i32,
  fromRow: i32,
  toRow: i32,
  fromColumn: i32,
  toColumn: i32,
  bias: usize,
  activation: i32,
): void {
  const zero = f32x4.splat(0);
  const six = f32x4.splat(6);
  for (let i = fromRow; i < toRow; i++) {
    const row = out + ((<usize>(i * columns)) << 2);
    let j = fromColumn;
    for (; j + 4 <= toColumn; j += 4) {
      const at = row + ((<usize>j) << 2);
      let x = v128.load(at);
      if (bias !== 0) x = f32x4.add(x, v128.load(bias + ((<usize>j) << 2)));
      if (activation !== 0) x = f32x4.max(x, zero);
      if (activation === RELU6) x = f32x4.min(x, six);
      v128.store(at, x);
    }
    for (; j < toColumn; j++) {
      const at = row + ((<usize>j) << 2);
      let x = load<f32>(at);
      if (bias !== 0) x += load<f32>(bias + ((<usize>j) << 2));
      if (activation === RELU || activation === RELU6) x = max<f32>(x, 0);
      if (activation === RELU6) x = min<f32>(x, 6);
      store<f32>(at, x);
    }
  }
}
