/** A drawing area: canvases on each other, with room for axes around the plot. */

import { onResize, prepare } from './canvas.js';
import { theme } from './colours.js';
import { element } from '../shell/dom.js';

/**
 * @typedef {'back' | 'front' | 'over'} Layer back: axes and what hardly changes; front: what is
 *   selected; over: what the mouse points at
 * @typedef {{ left: number, top: number, right: number, bottom: number }} Box
 */

/** @type {Layer[]} */
const LAYERS = ['back', 'front', 'over'];
const LEAST_WIDTH = 120;

export class Frame {
  /**
   * @param {HTMLElement} root
   * @param {{ height: number, margin: Box, label: string }} look The label is for screen readers.
   */
  constructor(root, { height, margin, label }) {
    this.height = height;
    this.margin = margin;
    /** @type {Record<string, HTMLCanvasElement>} */
    this.canvases = Object.fromEntries(LAYERS.map((name) => [name, element('canvas')]));
    this.node = element(
      'div',
      { class: 'frame', tabindex: 0, role: 'img', 'aria-label': label },
      ...Object.values(this.canvases),
    );
    root.append(this.node);
    this.width = LEAST_WIDTH;
    const measure = () => {
      this.width = Math.max(this.node.clientWidth, LEAST_WIDTH);
    };
    measure();
    onResize(this.node, measure); // to ask for it at every drawing lays the page out anew
    this.fit();
  }

  /** The plot within the margins. @returns {Box} */
  get box() {
    const { left, top, right, bottom } = this.margin;
    return { left, top, right: this.width - right, bottom: this.height - bottom };
  }

  /** Take a new height into account. */
  fit() {
    this.node.style.height = `${this.height}px`;
  }

  /**
   * The cleared context of a layer, in CSS pixels.
   * @param {Layer} layer
   */
  clear(layer) {
    return prepare(this.canvases[layer], this.width, this.height);
  }

  /**
   * Say why there is nothing to see.
   * @param {string} words
   */
  say(words) {
    for (const layer of LAYERS) this.clear(layer);
    const context = this.clear('back');
    context.font = '13px Roboto, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif';
    context.fillStyle = theme().mute;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(words, this.width / 2, Math.min(this.height / 2, 60), this.width - 8);
  }

  /** @param {() => void} draw */
  onResize(draw) {
    onResize(this.node, draw);
  }

  /**
   * Where an event happened, in the units of the layers.
   * @param {MouseEvent} event
   */
  at(event) {
    const { left, top } = this.node.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}
