/** The filter: states, texts, limits, feasibility. */

import { button, cut, element, replace } from './dom.js';
import { STATE_NAMES } from '../chart/colours.js';
import { labelsOf } from '../state/selection.js';

/**
 * @param {import('./workbench.js').Workbench} workbench
 * @param {HTMLDetailsElement} node
 */
export function drawFilters(workbench, node) {
  const { data, selection } = workbench;
  const setFilter = (/** @type {Partial<import('../state/selection.js').Filter>} */ change) =>
    workbench.select({ filter: { ...workbench.selection.filter, ...change } }, 'filter');
  const counts = data.counts();
  const states = STATE_NAMES.map(
    (name, code) => /** @type {[string, number, number]} */ ([name, code, counts[code]]),
  ).filter(([, , n]) => n > 0);
  const groups = [
    states.length > 1 &&
      group('State', states, selection.filter.states, (codes) => setFilter({ states: codes })),
    ...labelsOf(data).map((label) => labelGroup(workbench, label, setFilter)),
    constraints(workbench, setFilter),
  ];
  replace(
    node,
    element('summary', { text: 'Filter' }),
    element('div', { class: 'popover' }, ...groups),
  );
}

/**
 * @param {string} title
 * @param {[string, number, number][]} options text, code, number of trials
 * @param {number[] | null} chosen null = all
 * @param {(codes: number[] | null) => void} set
 */
function group(title, options, chosen, set) {
  const boxes = options.map(([text, code, n]) => {
    const box = element('input', { type: 'checkbox', value: code, on: { change } });
    box.checked = chosen === null || chosen.includes(code);
    return element('label', { title: text }, box, cut(text, 26), element('small', { text: n }));
  });
  function change() {
    const codes = boxes
      .map((label) => label.querySelector('input'))
      .filter((box) => box?.checked)
      .map((box) => Number(box?.value));
    set(codes.length === options.length ? null : codes);
  }
  return element('fieldset', {}, element('legend', { text: cut(title, 30), title }), ...boxes);
}

/**
 * @param {import('./workbench.js').Workbench} workbench
 * @param {import('../state/data.js').Label} label
 * @param {(change: Partial<import('../state/selection.js').Filter>) => void} setFilter
 */
function labelGroup(workbench, label, setFilter) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const code of label.codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  if (counts.size < 2) return null;
  const options = [...counts]
    .sort(([a], [b]) => a - b)
    .map(
      ([code, n]) =>
        /** @type {[string, number, number]} */ ([
          code < 0 ? 'none' : label.labels[code] || 'none',
          code,
          n,
        ]),
    );
  const { labels } = workbench.selection.filter;
  const chosen = labels.find(([name]) => name === label.name)?.[1] ?? null;
  return group(label.name, options, chosen, (codes) => {
    const others = labels.filter(([name]) => name !== label.name);
    setFilter({ labels: codes === null ? others : [...others, [label.name, codes]] });
  });
}

/**
 * Limits such as "n_params <= 100000", and feasibility where the study has constraints.
 *
 * @param {import('./workbench.js').Workbench} workbench
 * @param {(change: Partial<import('../state/selection.js').Filter>) => void} setFilter
 */
function constraints(workbench, setFilter) {
  const { data, selection } = workbench;
  const name = element(
    'select',
    { 'aria-label': 'What is limited' },
    ...data.targets.map((target) =>
      element('option', { value: target.name, text: cut(target.title, 40) }),
    ),
  );
  const sign = element(
    'select',
    { 'aria-label': 'Sign' },
    element('option', { value: '<=', text: '≤' }),
    element('option', { value: '>=', text: '≥' }),
  );
  const limit = element('input', { type: 'number', step: 'any', 'aria-label': 'Limit', size: 8 });
  const add = button(
    'Add',
    () => {
      const target = data.targets[name.selectedIndex];
      if (!target || limit.value === '' || !Number.isFinite(limit.valueAsNumber)) {
        limit.focus();
        return;
      }
      const way = sign.value === '<=' ? '<=' : '>=';
      setFilter({ limits: [...selection.filter.limits, [target.name, way, limit.valueAsNumber]] });
    },
    { class: 'quiet' },
  );
  /** @type {HTMLElement[]} */
  const parts = [
    element('legend', { text: 'Limit' }),
    element('div', { class: 'limit' }, name, sign, limit, add),
  ];
  if (data.feasible.includes(0)) {
    const box = element('input', {
      type: 'checkbox',
      on: { change: () => setFilter({ feasible: box.checked }) },
    });
    box.checked = selection.filter.feasible;
    parts.push(element('label', {}, box, 'feasible trials only'));
  }
  return element('fieldset', { class: 'wide' }, ...parts);
}
