/** The small controls above a view. */

import { element, replace, cut, oneLine } from '../shell/dom.js';

/**
 * @typedef {{ value: string, text: string, title?: string }} Item  the title where the text is short for it
 */

/**
 * A list to choose from.
 * @param {string} name
 * @param {(value: string) => void} act
 * @returns {{ node: HTMLElement, set: (items: Item[], value: string) => void }}
 */
export function chooser(name, act) {
  const tell = () => {
    list.title = list.selectedOptions[0]?.title ?? '';
  };
  const change = () => {
    tell();
    act(list.value);
  };
  const list = element('select', { 'aria-label': name, on: { change } });
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
          ...items.map(({ value: key, text, title = text }) =>
            element('option', { value: key, text: cut(text, 40), title: oneLine(title) }),
          ),
        );
      }
      list.value = value;
      tell();
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
