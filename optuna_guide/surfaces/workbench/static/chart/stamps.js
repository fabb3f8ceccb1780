/** Tens of thousands of small squares, written as pixels: several times as fast as drawn ones. */

/**
 * @typedef {(x: number, y: number, colour: number) => void} Stamp Centre in CSS pixels.
 * @typedef {(from: number, to: number, y: number, colour: number) => void} Dash A dashed line.
 */

const paper = document.createElement('canvas');

/**
 * Draw squares and level lines onto a canvas, with the opacity that is set.
 * @param {CanvasRenderingContext2D} context
 * @param {number} half Half of the side of the squares, CSS pixels.
 * @param {(stamp: Stamp, dash: Dash) => void} draw
 */
export function drawStamps(context, half, draw) {
  const { width, height } = context.canvas;
  const ratio = context.getTransform().a;
  const side = Math.max(Math.round(2 * half * ratio), 1);
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  /** @type {Stamp} */
  const stamp = (x, y, colour) => {
    const left = Math.round((x - half) * ratio);
    const top = Math.round((y - half) * ratio);
    if (left < 0 || top < 0 || left + side > width || top + side > height) return;
    for (let at = top * width + left, k = 0; k < side; k++, at += width) {
      for (let i = at; i < at + side; i++) pixels[i] = colour; // fill() is slow for so few
    }
  };
  const [drawn, period] = [Math.round(2 * ratio), Math.round(5 * ratio)];
  /** @type {Dash} */
  const dash = (from, to, y, colour) => {
    const top = Math.round(y * ratio);
    if (top < 0 || top >= height) return;
    const end = Math.min(Math.round(to * ratio), width);
    for (let x = Math.max(Math.round(from * ratio), 0); x < end; x += period) {
      for (let k = 0; k < drawn && x + k < end; k++) pixels[top * width + x + k] = colour;
    }
  };
  draw(stamp, dash);
  [paper.width, paper.height] = [width, height];
  paper.getContext('2d')?.putImageData(image, 0, 0);
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(paper, 0, 0);
  context.restore();
}

/** @type {Map<string, number>} */
const PACKED = new Map();

/**
 * A colour as the number that a pixel holds.
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 */
export function pack(context, colour) {
  let found = PACKED.get(colour);
  if (found === undefined) {
    context.fillStyle = colour;
    const hex = parseInt(String(context.fillStyle).slice(1, 7), 16);
    found = ((255 << 24) | ((hex & 255) << 16) | (hex & 0xff00) | (hex >> 16)) >>> 0;
    PACKED.set(colour, found);
  }
  return found;
}
