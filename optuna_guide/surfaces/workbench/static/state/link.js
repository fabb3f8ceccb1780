/** Target, selection, focus and colours as the text of a link. */

import { BY_RANK, readColouring } from './ranking.js';
import { fromPlain, toPlain } from './selection_text.js';

/** @typedef {import('../shell/workbench.js').Workbench} Workbench */

/** @param {Workbench} workbench */
export function writeLink(workbench) {
  const { asked, selection, focus, colouring, showGuidance, opened, data } = workbench;
  const words = new URLSearchParams();
  const add = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    words.set(name, JSON.stringify(value));
  if (asked !== null) add('target', asked);
  const plain = toPlain(selection);
  if (Object.keys(plain).length) add('selection', plain);
  if (focus.length) add('focus', focus);
  if (JSON.stringify(colouring) !== JSON.stringify(BY_RANK))
    add('colours', [colouring.by, ...colouring.ends]);
  if (!showGuidance) words.set('guidance', 'off');
  if (opened >= 0) words.set('trial', String(data.number[opened]));
  return words.toString();
}

/** Take up what `writeLink` wrote; what makes no sense is left out. @param {Workbench} workbench @param {string} hash */
export function followLink(workbench, hash) {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const read = (/** @type {string} */ name) => {
    try {
      return JSON.parse(words.get(name) ?? 'null');
    } catch {
      return null;
    }
  };
  const { data } = workbench;
  const target = data.targets.findIndex(({ name }) => name === read('target'));
  workbench.setTarget(target < 0 ? data.defaultTarget : target);
  const focus = read('focus');
  if (Array.isArray(focus))
    workbench.setFocus(focus.filter((name) => data.param(name)).slice(0, 2));
  if (words.get('guidance') === 'off') workbench.setShowGuidance(false);
  workbench.setColouring(readColouring(read('colours')));
  workbench.open(words.has('trial') ? data.rowOf(Number(words.get('trial'))) : -1);
  workbench.replaceSelection(fromPlain(read('selection')));
}
