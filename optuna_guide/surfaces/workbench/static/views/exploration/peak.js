/** The record that the search set, from place to place. */

import { findRecords } from '../../compute/timeline.js';
import { number } from '../../chart/scales.js';
import { PARETO_RANK } from '../../rules.js';
import { graderOf } from '../../state/ranking.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {{ places: number[], heights: number[], grades: number[], end: number }} Stretch
 *   heights and goodness from 0 to 1; the last one lasts until the place `end`
 * @typedef {{ words: string, stretches: Stretch[], high: string, low: string }} Peak
 *   `high` and `low` name the heights 1 and 0
 */

const IN_TIME = ['trial', 'batch', 'generation', 'sampler'];

/**
 * The best value so far above what nine in ten trials reach; of several objectives, the share of
 * the final front that is found. Groups that stand beside each other have a stretch each.
 * @param {import('./history.js').History} view
 * @returns {Peak}
 */
export function readPeak(view) {
  const { workbench, places, order, groups, goodness } = view;
  const rows = workbench.order.filter(
    (row) => workbench.filter[row] && !Number.isNaN(places[row]),
  );
  const isFront = workbench.targetColumn.name === PARETO_RANK;
  const soFar = IN_TIME.includes(order);
  const words = isFront ? 'of the front found' : soFar ? 'best so far' : `best at a ${order}`;
  if (!rows.length) return { words, stretches: [], high: '', low: '' };
  const last = places.reduce((most, place) => (place > most ? place : most), -Infinity);
  const parts = (groups.length ? groups : [{ first: -Infinity, last }]).map((part) => ({
    rows: rows.filter((r) => places[r] >= part.first && places[r] <= part.last),
    end: soFar ? part.last : -Infinity,
  }));
  const known = parts.filter((part) => part.rows.length);
  if (isFront) {
    const stretches = known.map((part) => ({
      ...frontFound(workbench, part.rows, rows, places),
      end: part.end,
    }));
    return { words, stretches, high: '100 %', low: '0 %' };
  }
  const { values } = workbench.targetColumn;
  const faint = values[rows[Math.round(0.9 * (rows.length - 1))]];
  const best = values[rows[0]];
  const reach = best === faint ? Math.abs(best) || 1 : best - faint;
  const height = (/** @type {number} */ row) =>
    Math.min(Math.max((values[row] - faint) / reach, 0), 1);
  const stretches = known.map((part) => ({
    ...valueReached(workbench, part.rows, places, soFar, height, goodness),
    end: part.end,
  }));
  if (order === 'step' && view.tracks && view.isReported) {
    return { words: 'best reported', ...reported(view, view.tracks.record) };
  }
  return { words, stretches, high: number(best, 5), low: best === faint ? '' : number(faint, 3) };
}

/**
 * @param {Workbench} workbench
 * @param {Int32Array} part
 * @param {Int32Array} rows Of all parts.
 * @param {Float64Array} places
 * @returns {Omit<Stretch, 'end'>}
 */
function frontFound({ targetColumn }, part, rows, places) {
  const isOnFront = (/** @type {number} */ row) => Number(targetColumn.values[row] === 0);
  const all = rows.reduce((sum, row) => sum + isOnFront(row), 0);
  /** @type {Map<number, number>} */
  const found = new Map();
  for (const row of [...part].sort((a, b) => places[a] - places[b])) {
    found.set(places[row], (found.get(places[row]) ?? 0) + isOnFront(row));
  }
  let sum = 0;
  const heights = [...found.values()].map((n) => (sum += n) / Math.max(all, 1));
  return { places: [...found.keys()], heights, grades: heights };
}

/**
 * @param {Workbench} workbench
 * @param {Int32Array} part
 * @param {Float64Array} places
 * @param {boolean} soFar
 * @param {(row: number) => number} height
 * @param {Float32Array} goodness
 * @returns {Omit<Stretch, 'end'>}
 */
function valueReached(workbench, part, places, soFar, height, goodness) {
  const loss = new Float64Array(places.length).fill(NaN);
  for (const row of part) loss[row] = workbench.loss(row);
  const record = findRecords(places, loss, soFar);
  const grades = record.holders.map((row) => goodness[row]);
  return { places: record.places, heights: record.holders.map(height), grades };
}

/**
 * The best that all trials reported at each step.
 * @param {import('./history.js').History} view
 * @param {{ steps: ArrayLike<number>, best: ArrayLike<number> }} record
 * @returns {Omit<Peak, 'words'>}
 */
function reported({ workbench }, { steps, best }) {
  const { maximise, targetColumn, order, colouring } = workbench;
  const grade = graderOf(targetColumn, order, colouring);
  const values = Array.from(best);
  const ends = values.reduce(
    ([a, b], v) => [Math.min(a, v), Math.max(b, v)],
    [Infinity, -Infinity],
  );
  const [low, high] = maximise ? ends : [...ends].reverse();
  const heights = values.map((v) => (v - low) / (high - low || 1));
  const stretch = {
    places: Array.from(steps),
    heights,
    grades: values.map(grade),
    end: -Infinity,
  };
  return { stretches: [stretch], high: number(high, 5), low: high === low ? '' : number(low, 3) };
}
