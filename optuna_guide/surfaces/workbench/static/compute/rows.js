/** Rows of a table: their order, those that are shown, and those in sight. */

/**
 * All rows: those with a rank best first, then the others, the newest first.
 *
 * @param {ArrayLike<number>} order rows with a rank, best first
 * @param {number} n
 */
export function naturalOrder(order, n) {
  const found = new Int32Array(n);
  const isRanked = new Uint8Array(n);
  let k = 0;
  for (; k < order.length; k += 1) {
    found[k] = order[k];
    isRanked[order[k]] = 1;
  }
  for (let row = n - 1; row >= 0; row -= 1) {
    if (!isRanked[row]) found[k++] = row;
  }
  return found;
}

/**
 * The same rows by a key; NaN comes last either way, and equals stay as they were.
 *
 * @param {Int32Array} rows
 * @param {ArrayLike<number>} keys
 * @param {boolean} descending
 */
export function sortBy(rows, keys, descending) {
  const sign = descending ? -1 : 1;
  return rows.slice().sort((a, b) => {
    const [x, y] = [keys[a], keys[b]];
    if (Number.isNaN(x) || Number.isNaN(y))
      return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  });
}

/** Keys that sort codes by their labels; no label = NaN. @param {string[]} labels @param {ArrayLike<number>} codes */
export function labelKeys(labels, codes) {
  const known = labels.map((label, code) => ({ label, code })).filter(({ label }) => label !== '');
  known.sort((a, b) => a.label.localeCompare(b.label, undefined, { numeric: true }));
  const places = new Float64Array(labels.length).fill(NaN);
  known.forEach(({ code }, place) => (places[code] = place));
  return Float64Array.from(codes, (code) => places[code] ?? NaN);
}

/**
 * The rows that all flags agree on.
 *
 * @param {Int32Array} rows
 * @param {...(Uint8Array | null)} flags null = all
 */
export function keepFlagged(rows, ...flags) {
  const given = flags.filter((one) => one !== null);
  const found = new Int32Array(rows.length);
  let n = 0;
  for (let i = 0; i < rows.length; i += 1) {
    let isKept = 1;
    for (let k = 0; k < given.length; k += 1) isKept &= given[k][rows[i]];
    if (isKept) found[n++] = rows[i];
  }
  return found.subarray(0, n);
}

/**
 * First row in sight, and the one behind the last, with a few more on both sides.
 *
 * @param {number} top pixels scrolled
 * @param {number} height of the window
 * @param {number} tall height of a row
 * @param {number} n
 * @returns {[number, number]}
 */
export function inSight(top, height, tall, n, more = 6) {
  const first = Math.floor(top / tall) - more;
  const last = Math.ceil((top + height) / tall) + more;
  return [Math.min(Math.max(first, 0), n), Math.min(Math.max(last, 0), n)];
}
