/**
 * Elements built from code. Whatever a study contains becomes text, never markup.
 *
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {{
 *   class?: string, text?: string | number, title?: string,
 *   on?: Record<string, (event: any) => void>,
 *   [attribute: string]: any,
 * }} Properties
 */

import { shortName } from '../compute/names.js';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An HTML element; `on` holds listeners, everything else becomes an attribute.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/**
 * The same for SVG.
 *
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/**
 * @template {Element} E
 * @param {E} node
 * @param {Properties} properties
 * @param {Child[]} children
 * @returns {E}
 */
function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value))
        node.addEventListener(event, listener);
    } else if (name === 'text') node.textContent = typeset(String(value));
    else node.setAttribute(name, value === true ? '' : shown(String(value)));
  }
  append(node, children);
  return node;
}

/**
 * Put other children into an element.
 *
 * @param {Element} node
 * @param {...Child} children
 */
export function replace(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

/** @param {Element} node @param {Child[]} children */
function append(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : typeset(String(child)));
  }
}

/**
 * Text that is safe to look at: control and direction characters would break the line around it.
 *
 * @param {string} text
 */
export function shown(text) {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    '\ufffd',
  );
}

/**
 * The same for reading: no line ends between a number and its sign.
 *
 * @param {string} text
 */
export function typeset(text) {
  return shown(text).replace(/(?<=\d) (?=%)/g, '\u00a0');
}

/** Any text as one line. @param {string} text */
export function oneLine(text) {
  const line = shown(text).replace(/\s+/g, ' ').trim();
  if (line === '') return text === '' ? '(empty)' : '(blank)';
  return line;
}

/**
 * One line of at most `length` characters: a name of the study without what others share with it,
 * any other text without its middle.
 *
 * @param {string} text
 * @param {number} length
 */
export function cut(text, length) {
  const line = oneLine(text);
  const letters = [...line];
  if (letters.length <= length) return line;
  const short = shortName(line, length);
  if (short !== null) return short;
  const head = Math.ceil((length - 1) * 0.6);
  const tail = length - 1 - head;
  return `${letters.slice(0, head).join('')}…${tail > 0 ? letters.slice(-tail).join('') : ''}`;
}

/**
 * A button with a text.
 *
 * @param {string} text
 * @param {() => void} act
 * @param {Properties} [properties]
 */
export function button(text, act, properties = {}) {
  return element('button', { type: 'button', text, on: { click: act }, ...properties });
}
