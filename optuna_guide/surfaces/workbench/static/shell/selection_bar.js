/** What is selected: presets, filters, a chip per part, undo, clear, link. */

import { copyButton } from './clipboard.js';
import { button, element, replace } from './dom.js';
import { drawFilters } from './filters.js';
import { NO_FILTER, PRESETS } from '../state/selection.js';
import { parts } from '../state/selection_text.js';

/** @typedef {import('./workbench.js').Workbench} Workbench */

const PRESET_WORDS = {
  top: 'The best of the trials',
  mode: 'The half of the trials whose targets lie closest together',
  bottom: 'The worst of the trials',
};

/**
 * @param {Workbench} workbench
 * @param {HTMLElement} counted where it is said how many trials are selected
 * @param {...HTMLElement} more what stands behind
 */
export function buildSelectionBar(workbench, counted, ...more) {
  const presets = buildPresets(workbench);
  const count = element('span', { class: 'count', role: 'status' });
  const chips = element('div', { class: 'chips' });
  const undo = button('↶', () => workbench.undo(), { class: 'quiet', 'aria-label': 'Undo' });
  const clear = button('Clear', () => workbench.clear(), {
    class: 'quiet',
    title: 'Select all trials (Escape)',
  });
  const filters = element('details', { class: 'filters' });
  counted.append(count);
  const anew = button('New order', () => workbench.rankAnew(), {
    class: 'quiet',
    title: 'Trials that ended changed what is most important: order axes and lists anew',
  });
  const shown = [presets, filters, counted, chips, anew, undo, clear, ...more];
  return {
    filters,
    node: element('div', { class: 'selection', 'aria-label': 'Selection' }, ...shown),
    /** @param {Set<string>} changes */
    update(changes) {
      const { selection, data } = workbench;
      if (changes.has('data') || (changes.has('selection') && !workbench.isDragging)) {
        const keep = filters.open && filters.contains(document.activeElement);
        if (!keep || changes.has('selection')) drawFilters(workbench, filters);
      }
      anew.hidden = !workbench.hasNewRanking;
      if (!changes.has('selection') && !changes.has('data')) return;
      const isAll =
        !workbench.isSelective && JSON.stringify(selection.filter) === JSON.stringify(NO_FILTER);
      count.style.minWidth = `${0.85 * `${data.n} of ${data.n} trials`.length}ch`; // it holds still
      count.textContent = isAll
        ? `all ${data.n} trials`
        : `${workbench.nSelected} of ${data.n} trials`;
      [...presets.children].forEach((child, i) => {
        child.setAttribute('aria-pressed', String(samePreset(selection.preset, PRESETS[i][1])));
      });
      drawChips(workbench, chips);
      undo.disabled = workbench.past.last === null;
      undo.title = `Take back: ${workbench.past.last ?? 'nothing'} (Ctrl+Z)`;
      clear.disabled = !workbench.isSelective;
    },
  };
}

/** @param {Workbench} workbench */
function buildPresets(workbench) {
  const buttons = PRESETS.map(([name, preset]) => {
    const choose = () => {
      const isOn = samePreset(workbench.selection.preset, preset);
      workbench.select({ preset: isOn ? null : preset }, name);
    };
    return button(name, choose, { class: 'segment', title: PRESET_WORDS[preset.kind] });
  });
  const about = { class: 'presets', role: 'group', 'aria-label': 'Presets' };
  return element('div', about, ...buttons);
}

/** A button that copies the address, which holds the selection. */
export function buildLink() {
  const title = 'A link that restores this tab, target and selection';
  const look = { class: 'quiet copy' };
  return copyButton('Link', title, () => window.location.href, undefined, look);
}

/** A part of the selection each, and how to do without it. @param {Workbench} workbench @param {HTMLElement} node */
function drawChips(workbench, node) {
  const chips = parts(workbench.selection, workbench.data).map(({ text, without }) => {
    const drop = () => workbench.select(without, `without ${text}`);
    const cross = button('✕', drop, { 'aria-label': `Remove ${text}` });
    return element('span', { class: 'chip on' }, text, cross);
  });
  replace(node, ...chips);
}

/**
 * Ctrl+Z takes back, Escape closes what is open or selects everything.
 * @param {Workbench} workbench
 */
export function listenKeys(workbench) {
  document.addEventListener('keydown', (event) => {
    const at = /** @type {HTMLElement} */ (event.target);
    if (at.matches?.('input, select, textarea') || document.querySelector('dialog[open]')) return;
    if (event.key === 'z' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      workbench.undo();
    } else if (event.key === 'Escape') {
      const open = openLists(document);
      if (open.length) for (const list of open) list.open = false;
      else if (workbench.opened >= 0) workbench.open(-1);
      else if (workbench.isSelective) workbench.clear();
    }
  });
}

/**
 * Close the lists that hang over the page when something else is touched.
 * @param {EventTarget & ParentNode} root what holds them
 */
export function closeOutside(root) {
  root.addEventListener('pointerdown', (event) => {
    for (const list of openLists(root))
      if (!list.contains(/** @type {Node} */ (event.target))) list.open = false;
  });
}

/** @param {ParentNode} root @returns {NodeListOf<HTMLDetailsElement>} */
function openLists(root) {
  return root.querySelectorAll('details[open]:has(> .popover)');
}

/** @param {import('../state/selection.js').Preset | null} a @param {import('../state/selection.js').Preset | null} b */
function samePreset(a, b) {
  return a !== null && b !== null && a.kind === b.kind && a.share === b.share;
}
