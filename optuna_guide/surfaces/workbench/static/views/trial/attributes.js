/** What else is kept with a trial: attributes, constraints, times. */

import { duration, number } from '../../chart/scales.js';
import { cut, element } from '../../shell/dom.js';
import { tableOf } from '../kept/tables.js';

/**
 * @typedef {import('../../wire.js').DetailAnswer} Detail
 * @typedef {import('../../wire.js').ReportedAnswer} Reported
 */

/**
 * All attributes that are no table and no curve.
 * @param {Detail} detail
 * @param {Reported | undefined} reported
 * @param {string[]} told attributes that are told among the results
 */
export function drawAttributes({ attributes, constraints }, reported, told) {
  const series = reported?.series ?? {};
  const names = Object.keys(attributes).filter(
    (name) =>
      tableOf(attributes[name]) === null && !Object.hasOwn(series, name) && !told.includes(name),
  );
  const lines = names.map((name) => line(name, attributes[name]));
  const limits = Object.entries(constraints).map(([name, value]) =>
    line(
      name,
      value === null ? '–' : `${number(value)} ${value <= 0 ? '≤ 0: met' : '> 0: violated'}`,
    ),
  );
  return element(
    'section',
    {},
    lines.length > 0 && element('h3', { text: 'Attributes' }),
    lines.length > 0 && element('table', { class: 'facts' }, ...lines),
    limits.length > 0 && element('h3', { text: 'Constraints' }),
    limits.length > 0 && element('table', { class: 'facts' }, ...limits),
  );
}

/** @param {string} name @param {unknown} value */
function line(name, value) {
  const head = element('th', { scope: 'row', title: name, text: cut(name, 30) });
  if (value !== null && typeof value === 'object') {
    const whole = element('pre', { class: 'code', text: JSON.stringify(value, null, 1) });
    const size = Array.isArray(value)
      ? `${value.length} items`
      : `${Object.keys(value).length} fields`;
    return element(
      'tr',
      {},
      head,
      element('td', {}, element('details', {}, element('summary', { text: size }), whole)),
    );
  }
  const text = typeof value === 'number' ? number(value, 6) : String(value);
  return element(
    'tr',
    {},
    head,
    element('td', { class: 'long', title: text, text: cut(text, 300) }),
  );
}

/** @param {Detail} detail */
export function drawTimes({ started, ended }) {
  if (!started) return null;
  const day = (/** @type {string} */ time) => time.slice(0, 19).replace('T', ' ');
  const seconds = ended ? (Date.parse(ended) - Date.parse(started)) / 1000 : NaN;
  const words = ended
    ? `${day(started)} to ${day(ended)}, ${duration(seconds)}`
    : `since ${day(started)}`;
  return element('p', { class: 'mute small', text: words });
}
