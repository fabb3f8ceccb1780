/** The map of configurations: trials that are alike lie near each other, and stay where they are. */

import { distances, scaleParams } from '../../compute/gower.js';
import { nLandmarks, placePoints, survey } from '../../compute/landmark_mds.js';

/**
 * @typedef {import('../../state/data.js').Data} Data
 * @typedef {import('../../compute/landmark_mds.js').Landscape} Landscape
 */

/** Remembers the landmarks, and where every trial was put. */
export class ConfigurationMap {
  constructor() {
    this.key = '';
    /** @type {Landscape | null} */
    this.landscape = null;
    /** @type {Map<number, [number, number]>} */
    this.known = new Map();
  }

  /**
   * Places of trials in the unit of the distances, and the part of them that two axes show.
   * @param {Data} data
   * @param {number[]} rows Complete trials, oldest first.
   * @returns {{ places: Map<number, [number, number]>, share: number }}
   */
  place(data, rows) {
    const landmarks = rows.slice(0, nLandmarks(rows.length));
    const domains = data.params.map(({ name, kind, low, high, choices }) => [
      name,
      kind,
      low,
      high,
      choices,
    ]);
    const key = JSON.stringify([data.study, landmarks, domains]);
    const params = scaleParams(data.params);
    if (key !== this.key || !this.landscape) {
      this.key = key;
      this.landscape = survey(distances(params, landmarks, landmarks), landmarks.length);
      this.known = new Map();
    }
    const fresh = rows.filter((row) => !this.known.has(row));
    const { x, y } = placePoints(this.landscape, distances(params, fresh, landmarks));
    fresh.forEach((row, i) => this.known.set(row, [x[i], y[i]]));
    return { places: this.known, share: this.landscape.share };
  }
}
