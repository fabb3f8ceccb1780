/** What the columns do not hold: curves, attributes and artifacts of a few trials. */

import { cut, element } from '../../shell/dom.js';
import { curveCharts } from './curves.js';
import { tableOf } from './tables.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').DetailAnswer} Detail
 */

/**
 * Figures of the trials, once the server has answered.
 *
 * @param {Workbench} workbench
 * @param {number[]} rows
 * @returns {Promise<Node[]>}
 */
export async function askMore({ api, data }, rows) {
  const asked = { trials: rows.map((row) => data.number[row]).join(',') };
  const [{ curves }, { trials }] = await Promise.all([
    api.get('curves', asked),
    api.get('details', asked),
  ]);
  const names = [...new Set(trials.flatMap(({ attributes }) => Object.keys(attributes)))];
  return [
    ...curveCharts(curves),
    ...names.flatMap((name) => attributeTables(trials, name)),
    ...plainAttributes(trials, names),
    ...artifactLists(trials),
  ];
}

/** @param {string} name @param {...(Node | string)} content */
function figure(name, ...content) {
  return element('figure', {}, element('figcaption', { text: name }), ...content);
}

/** Confusion matrices and other tables, one beside the other. @param {Detail[]} trials @param {string} name */
export function attributeTables(trials, name) {
  const tables = trials.map(({ attributes }) =>
    Object.hasOwn(attributes, name) ? tableOf(attributes[name]) : null,
  );
  if (!tables.some(Boolean)) return [];
  const nodes = trials.map(({ number }, i) =>
    element(
      'div',
      {},
      element('small', { text: `#${number}` }),
      tables[i] ?? element('p', { class: 'mute', text: '–' }),
    ),
  );
  return [figure(cut(name, 60), element('div', { class: 'tables' }, ...nodes))];
}

/** Texts and flags, a line for each. @param {Detail[]} trials @param {string[]} names */
function plainAttributes(trials, names) {
  const isPlain = (/** @type {unknown} */ value) => ['string', 'boolean'].includes(typeof value);
  const plain = names.filter((name) => trials.some((t) => isPlain(t.attributes[name])));
  if (!plain.length) return [];
  const lines = plain.map((name) => {
    const cells = trials.map(({ attributes }) => {
      const text = String(attributes[name] ?? '–');
      return element('td', { title: text, text: cut(text, 30) });
    });
    const head = element('th', { scope: 'row', title: name, text: cut(name, 34) });
    return element('tr', {}, head, ...cells);
  });
  return [figure('Attributes', element('table', { class: 'side-by-side' }, ...lines))];
}

/** @param {Detail[]} trials */
export function artifactLists(trials) {
  const some = trials.filter(({ artifacts }) => artifacts.length);
  if (!some.length) return [];
  const lists = some.map(({ number, artifacts }) => {
    const links = artifacts.flatMap(({ url, name, type }) => [
      type.startsWith('image/') && element('img', { src: url, alt: name, loading: 'lazy' }),
      element('a', { href: url, download: name, text: cut(name, 40) }),
      ' ',
    ]);
    return element('p', {}, `#${number}: `, ...links);
  });
  return [figure('Artifacts', ...lists)];
}
