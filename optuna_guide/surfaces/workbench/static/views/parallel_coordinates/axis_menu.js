/** The menu that shows and hides axes, and the way back to their order by importance. */

import { button, cut, element, replace } from '../../shell/dom.js';
import { paramKey } from '../../state/selection.js';

/**
 * @param {HTMLElement} node where the menu stands; it stays open when it is drawn again
 * @param {import('./shown_axes.js').ShownAxes} axes
 * @param {{ all: string[], visible: string[] }} keys
 * @param {() => void} redraw
 */
export function drawAxisMenu(node, axes, { all, visible }, redraw) {
  const isOpen = node.querySelector('details')?.open ?? false;
  const boxes = all.toReversed().map((key) => {
    const change = () => {
      axes.show(key, box.checked);
      redraw();
    };
    const box = element('input', { type: 'checkbox', on: { change } });
    box.checked = visible.includes(key);
    return element('label', { title: key.slice(2) }, box, cut(key.slice(2), 30));
  });
  const details = element(
    'details',
    { class: 'filters' },
    element('summary', { text: `${nParams(visible)} of ${nParams(all)} parameter${nParams(all) === 1 ? '' : 's'}` }),
    element('div', { class: 'popover right' }, ...boxes),
  );
  details.open = isOpen;
  const reset = () => {
    axes.order = null;
    redraw();
  };
  replace(
    node,
    axes.order !== null && button('Order by importance', reset, { class: 'quiet' }),
    details,
  );
}

/** How many of these axes are parameters; the others are targets. @param {string[]} keys */
function nParams(keys) {
  return keys.filter((key) => key.startsWith(paramKey(''))).length;
}
