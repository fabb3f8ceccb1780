/** The small controls above a view. */

import { element, replace, cut } from '../shell/dom.js';

/**
 * @typedef {{ value: string, text: string }} Item
 */

/**
 * A list to choose from.
 * @param {string} name
 * @param {(value: string) => void} act
 * @returns {{ node: HTMLElement, set: (items: Item[], value: string) => void }}
 */
export function chooser(name, act) {
  const list = element('select', { 'aria-label': name, on: { change: () => act(list.value) } });
  const node = element('label', { class: 'control' }, element('span', { text: name }), list);
  let shown = '';
  return {
    node,
    set: (items, value) => {
      const words = JSON.stringify(items);
      if (words !== shown) {
        shown = words;
        replace(
          list,
          ...items.map((item) =>
            element('option', { value: item.value, text: cut(item.text, 40) }),
          ),
        );
      }
      list.value = value;
    },
  };
}

/**
 * Buttons of which one is pressed.
 * @param {string} name For screen readers.
 * @param {Item[]} items
 * @param {(value: string) => void} act
 * @returns {{ node: HTMLElement, set: (value: string) => void }}
 */
export function segments(name, items, act) {
  const buttons = items.map(({ value, text }) =>
    element('button', {
      type: 'button',
      class: 'segment',
      text,
      'aria-pressed': 'false',
      on: { click: () => act(value) },
    }),
  );
  return {
    node: element('div', { class: 'segments', role: 'group', 'aria-label': name }, ...buttons),
    set: (value) => {
      buttons.forEach((button, i) => {
        button.setAttribute('aria-pressed', String(items[i].value === value));
      });
    },
  };
}
