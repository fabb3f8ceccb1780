/** Learning curves of the rows in sight, fetched when they rest there. */

import { drawSpark } from '../../chart/spark.js';
import { shade } from '../../chart/colours.js';

/** @typedef {import('../../shell/workbench.js').Workbench} Workbench */

const WAIT = 120; // ms of rest
const MOST_KNOWN = 3000;
const OUTER = 0.01; // share of the last values on either side that stand at the edge

export class Curves {
  /**
   * @param {Workbench} workbench
   * @param {(rows: number[]) => void} arrive told which rows have a curve now
   */
  constructor(workbench, arrive) {
    this.workbench = workbench;
    this.arrive = arrive;
    /** @type {Map<number, import('../../wire.js').ReportedAnswer>} */
    this.known = new Map();
    this.wait = 0;
    this.measure();
  }

  /** Take the ends of all curves anew; of trials that may go on, the curves as well. */
  measure() {
    const { data } = this.workbench;
    for (const row of this.known.keys()) if (row >= data.settled) this.known.delete(row);
    const last = Float64Array.from(data.last_value).filter(Number.isFinite).sort();
    const at = (/** @type {number} */ share) => last[Math.round(share * (last.length - 1))];
    /** @type {[number, number] | null} */
    this.values = at(1 - OUTER) > at(OUTER) ? [at(OUTER), at(1 - OUTER)] : null;
    let steps = 0;
    for (const step of data.last_step) steps = Math.max(steps, step);
    /** @type {[number, number] | null} */
    this.steps = steps > 0 ? [0, steps] : null;
  }

  /** Fetch what is missing, once the rows rest. @param {number[]} rows */
  ask(rows) {
    clearTimeout(this.wait);
    const { data } = this.workbench;
    const missing = rows.filter((row) => data.last_step[row] > 0 && !this.known.has(row));
    if (missing.length) this.wait = window.setTimeout(() => this.#fetch(missing), WAIT);
  }

  /** @param {number[]} rows */
  async #fetch(rows) {
    const { api, data } = this.workbench;
    try {
      const trials = rows.map((row) => data.number[row]).join(',');
      const { curves } = await api.get('curves', { trials });
      if (this.known.size > MOST_KNOWN) this.known.clear();
      curves.forEach((curve, i) => this.known.set(rows[i], curve));
      this.arrive(rows);
    } catch (error) {
      this.workbench.report(error);
    }
  }

  /** @param {number} row */
  draw(row) {
    const curve = this.known.get(row);
    if (!curve) return null;
    const good = this.workbench.goodness[row];
    const colour = Number.isNaN(good) ? null : shade(good);
    return drawSpark(curve, { steps: this.steps, values: this.values, colour });
  }
}
