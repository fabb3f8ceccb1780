/** What is selected: presets, filters, a chip per part, undo, clear, link. */

import { button, cut, element, replace } from './dom.js';
import { STATE_NAMES } from '../chart/colours.js';
import { NO_FILTER, PRESETS, labelsOf, parts } from '../state/selection.js';

/** @param {import('./workbench.js').Workbench} workbench */
export function buildSelectionBar(workbench) {
  const presets = element(
    'div',
    { class: 'presets', role: 'group', 'aria-label': 'Presets' },
    ...PRESETS.map(([name, preset]) =>
      button(
        name,
        () => {
          const isOn = samePreset(workbench.selection.preset, preset);
          workbench.select({ preset: isOn ? null : preset }, name);
        },
        { class: 'segment' },
      ),
    ),
  );
  const count = element('span', { class: 'count', role: 'status' });
  const chips = element('div', { class: 'chips' });
  const undo = button('Undo', () => workbench.undo(), {
    class: 'quiet',
    title: 'Take the last change of the selection back (Ctrl+Z)',
  });
  const clear = button('Clear', () => workbench.clear(), {
    class: 'quiet',
    title: 'Select all trials (Escape)',
  });
  const link = button(
    'Copy link',
    async () => {
      try {
        await navigator.clipboard.writeText(window.location.href);
        link.textContent = 'Copied';
      } catch {
        link.textContent = 'Copy the address';
      }
      setTimeout(() => {
        link.textContent = 'Copy link';
      }, 1500);
    },
    { class: 'quiet', title: 'A link that restores this tab, target and selection' },
  );
  const filters = element('details', { class: 'filters' });
  const node = element(
    'div',
    { class: 'selection', 'aria-label': 'Selection' },
    presets,
    filters,
    count,
    chips,
    undo,
    clear,
    link,
  );

  document.addEventListener('keydown', (event) => {
    const at = /** @type {HTMLElement} */ (event.target);
    if (at.matches?.('input, select, textarea') || document.querySelector('dialog[open]')) return;
    if (event.key === 'z' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      workbench.undo();
    } else if (event.key === 'Escape') {
      if (filters.open) filters.open = false;
      else if (workbench.isSelective) workbench.clear();
    }
  });
  document.addEventListener('pointerdown', (event) => {
    if (filters.open && !filters.contains(/** @type {Node} */ (event.target)))
      filters.open = false;
  });

  function drawFilters() {
    const { data } = workbench;
    const counts = data.counts();
    const states = STATE_NAMES.map(
      (name, code) => /** @type {[string, number, number]} */ ([name, code, counts[code]]),
    ).filter(([, , n]) => n > 0);
    const groups = [
      states.length > 1 &&
        group('State', states, workbench.selection.filter.states, (codes) =>
          setFilter({ states: codes }),
        ),
      ...labelsOf(data).map((label) => labelGroup(workbench, label, setFilter)),
      constraints(workbench, setFilter),
    ];
    replace(
      filters,
      element('summary', { text: 'Filter' }),
      element('div', { class: 'popover' }, ...groups),
    );
  }

  /** @param {Partial<import('../state/selection.js').Filter>} change */
  function setFilter(change) {
    workbench.select({ filter: { ...workbench.selection.filter, ...change } }, 'filter');
  }

  return {
    node,
    /** @param {Set<string>} changes */
    update(changes) {
      const { selection, data } = workbench;
      if (changes.has('data') || (changes.has('selection') && workbench.before === null)) {
        const keep = filters.open && filters.contains(document.activeElement);
        if (!keep || changes.has('selection')) drawFilters();
      }
      if (!changes.has('selection') && !changes.has('data')) return;
      const isAll =
        !workbench.isSelective && JSON.stringify(selection.filter) === JSON.stringify(NO_FILTER);
      count.textContent = isAll
        ? `all ${data.n} trials`
        : `${workbench.nSelected} of ${data.n} trials`;
      [...presets.children].forEach((child, i) => {
        child.setAttribute('aria-pressed', String(samePreset(selection.preset, PRESETS[i][1])));
      });
      replace(
        chips,
        ...parts(selection, data).map(({ text, without }) =>
          element(
            'span',
            { class: 'chip on' },
            text,
            button('✕', () => workbench.select(without, `without ${text}`), {
              'aria-label': `Remove ${text}`,
            }),
          ),
        ),
      );
      undo.disabled = workbench.past.length === 0;
      undo.title = `Take back: ${workbench.past.at(-1)?.label ?? 'nothing'} (Ctrl+Z)`;
      clear.disabled = !workbench.isSelective;
    },
  };
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
      element('option', { value: target.name, text: cut(target.name, 24) }),
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

/** @param {import('../state/selection.js').Preset | null} a @param {import('../state/selection.js').Preset | null} b */
function samePreset(a, b) {
  return a !== null && b !== null && a.kind === b.kind && a.share === b.share;
}
