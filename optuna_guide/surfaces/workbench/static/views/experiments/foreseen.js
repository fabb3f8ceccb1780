/** What is expected of one configuration, in words. */

import { number } from '../../chart/scales.js';
import { element } from '../../shell/dom.js';
import { difference } from './words.js';

/** @typedef {import('../../wire.js').ExpectedOutcome} ExpectedOutcome */

/** @param {{ forecast: ExpectedOutcome | null, untold: string }} of @param {string} target */
export function sayExpected({ forecast, untold }, target) {
  if (!forecast) {
    const text = `What ${target} to expect cannot be told: ${untold}.`;
    return [element('span', { class: 'mute', text })];
  }
  const { value, delta, delta_low: from, delta_high: to } = forecast;
  const than =
    delta === null || delta === 0
      ? ''
      : ` · ${difference(delta, from, to)} against what is expected of the parent`;
  return [
    element('span', { class: 'mute', text: `expected ${target} ` }),
    element('b', { text: number(value) }),
    `${sayInterval(forecast)}${than}`,
  ];
}

/** Where a trial lies with 95 %; empty where both ends read alike. @param {ExpectedOutcome} forecast */
export function sayInterval({ low, high }) {
  const ends = [number(low), number(high)];
  return ends[0] === ends[1] ? '' : ` (${ends.join(' … ')}, 95 %)`;
}

/** @param {string} words */
export function capital(words) {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
