/** Buttons that copy a text, and say so. */

import { button } from './dom.js';

const SAID = 1500; // ms

/**
 * @param {string} words
 * @param {string} title
 * @param {() => string | Promise<string>} read the text
 * @param {(text: string) => void} [show] shows the text where the clipboard is not allowed
 * @param {import('./dom.js').Properties} [properties]
 */
export function copyButton(words, title, read, show = () => {}, properties = {}) {
  const copy = async () => {
    const text = await read();
    try {
      await navigator.clipboard.writeText(text);
      node.textContent = 'Copied';
    } catch {
      node.textContent = 'Not allowed here';
      show(text);
    }
    setTimeout(() => {
      node.textContent = words;
    }, SAID);
  };
  const node = button(words, copy, { class: 'quiet', title, ...properties });
  return node;
}
