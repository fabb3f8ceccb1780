/** Canvases that are sharp on every screen. */

/**
 * Size a canvas in CSS pixels and return its cleared context in those units.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @returns {CanvasRenderingContext2D}
 */
export function prepare(canvas, width, height) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * Call `draw` whenever the width of an element changes; returns the way to stop.
 *
 * @param {HTMLElement} node
 * @param {() => void} draw
 */
export function onResize(node, draw) {
  let width = node.clientWidth;
  const observer = new ResizeObserver(() => {
    if (node.clientWidth === width || node.clientWidth === 0) return;
    width = node.clientWidth;
    draw();
  });
  observer.observe(node);
  return () => observer.disconnect();
}
