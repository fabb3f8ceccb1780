/** What is expected of one configuration, in words. */

import { number } from '../../chart/scales.js';
import { element } from '../../shell/dom.js';
import { signed } from './words.js';

/** @typedef {import('../../wire.js').ExpectedOutcome} ExpectedOutcome */

/** @param {{ forecast: ExpectedOutcome | null }} of @param {string} target */
export function sayExpected({ forecast }, target) {
  if (!forecast)
    return [element('span', { class: 'mute', text: `What ${target} to expect cannot be told.` })];
  const { value, low, high, delta, delta_low: from, delta_high: to } = forecast;
  const than =
    delta === null || delta === 0
      ? ''
      : ` · ${signed(delta)} [${signed(from)} … ${signed(to)}] against what is expected of the parent`;
  return [
    element('span', { class: 'mute', text: `expected ${target} ` }),
    element('b', { text: number(value) }),
    ` (${number(low)} … ${number(high)}, 95 %)${than}`,
  ];
}

/** @param {string} words */
export function capital(words) {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
