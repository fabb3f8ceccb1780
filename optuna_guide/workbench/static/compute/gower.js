/** Distances between configurations (Gower 1971), conditional parameters included. */

/**
 * @typedef {object} Column
 * @property {Float64Array} units Unit values, one per row; NaN = inactive.
 * @property {boolean} categorical
 */

/**
 * Mean distance over the parameters between every row and each of some landmarks: the difference
 * of unit values, 0 or 1 for choices; 1 where only one of both is active, 0 where none is.
 * @param {Column[]} columns
 * @param {ArrayLike<number>} rows
 * @param {ArrayLike<number>} landmarks Rows.
 * @returns {Float64Array} `(rows, landmarks)`, row by row.
 */
export function distances(columns, rows, landmarks) {
  const [n, m] = [rows.length, landmarks.length];
  const found = new Float64Array(n * m);
  const share = 1 / Math.max(columns.length, 1);
  const marks = new Float64Array(m);
  for (const { units, categorical } of columns) {
    for (let j = 0; j < m; j++) marks[j] = units[landmarks[j]];
    for (let i = 0, at = 0; i < n; i++) {
      const own = units[rows[i]];
      const active = own === own;
      for (let j = 0; j < m; j++, at++) {
        const other = marks[j];
        if (active && other === other) {
          found[at] += categorical ? (own === other ? 0 : share) : share * Math.abs(own - other);
        } else if (active || other === other) found[at] += share;
      }
    }
  }
  return found;
}
