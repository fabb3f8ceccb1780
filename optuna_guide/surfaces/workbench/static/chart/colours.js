/**
 * Colours that are told apart without red and green.
 *
 * The scale of the target is viridis (CC0, Smith and van der Walt); better trials contrast more with the page:
 * dark on a light page, bright on a dark one.
 */

import { home } from './home.js';

const VIRIDIS = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
];
const STEPS = 24;

export const STATE_NAMES = ['running', 'waiting', 'complete', 'pruned', 'failed'];

/** @type {Record<string, string> | null} */
let known = null;
/** @type {string[]} */
let ramp = [];

/** Whether the page is dark. */
export function isDark() {
  const themed = /** @type {HTMLElement | null} */ (home().closest('[data-theme]'));
  return themed?.dataset.theme === 'dark';
}

/**
 * The colours of the page by the names of their CSS variables:
 * ink, mute, faint, line, page, card, accent, range, guide, brush, hover, kept, pair, bad, dot, applied, tints.
 *
 * @returns {Record<string, string>}
 */
export function theme() {
  if (known === null) {
    const style = getComputedStyle(home());
    const names = [
      'ink',
      'mute',
      'faint',
      'line',
      'page',
      'card',
      'accent',
      'range',
      'guide',
      'brush',
      'hover',
      'kept',
      'pair',
      'bad',
      'dot',
      'applied',
      'tints',
    ];
    known = Object.fromEntries(names.map((n) => [n, style.getPropertyValue(`--${n}`).trim()]));
    ramp = Array.from({ length: STEPS }, (_, i) => mix(i / (STEPS - 1), isDark()));
  }
  return known;
}

/** Colour of a group, a choice or a trial beside others: the first ones are told apart best. @param {number} k */
export function tint(k) {
  const tints = theme().tints.split(' ');
  return tints[k % tints.length];
}

/** Forget the colours after the page turned dark or light. */
export function forgetTheme() {
  known = null;
}

/**
 * Colour of a goodness from 0 (worst) to 1 (best).
 *
 * @param {number} goodness
 */
export function shade(goodness) {
  theme();
  return ramp[Math.max(0, Math.min(STEPS - 1, Math.round(goodness * (STEPS - 1))))];
}

/** The scale from worst to best for plotly, with positions. @returns {[number, string][]} */
export function colourscale() {
  theme();
  return ramp.map((colour, i) => [i / (STEPS - 1), colour]);
}

/** @param {number} goodness @param {boolean} dark */
function mix(goodness, dark) {
  // the palest tenth is left out: it cannot be seen on the page
  const at = (dark ? 0.12 + 0.88 * goodness : 0.92 * (1 - goodness)) * (VIRIDIS.length - 1);
  const i = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const parts = VIRIDIS[i].map((v, k) => Math.round(v + (at - i) * (VIRIDIS[i + 1][k] - v)));
  return `rgb(${parts.join(',')})`;
}
