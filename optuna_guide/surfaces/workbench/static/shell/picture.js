/** What is drawn, as a picture that a saved notebook keeps. */

const SCALE = 1.5;
const WIDEST = 1200; // CSS pixels

/**
 * A PNG as a data URL.
 *
 * @param {HTMLElement} page
 * @param {string} look its styles
 */
export async function picture(page, look) {
  const { clientWidth: width, scrollHeight: height } = page;
  const copy = /** @type {HTMLElement} */ (page.cloneNode(true));
  const canvases = [...page.querySelectorAll('canvas')];
  [...copy.querySelectorAll('canvas')].forEach((node, k) => {
    const image = document.createElement('img');
    image.src = canvases[k].width ? canvases[k].toDataURL() : '';
    image.setAttribute('style', node.getAttribute('style') ?? '');
    image.className = node.className;
    node.replaceWith(image);
  });
  copy.querySelectorAll('.tooltip, .tools, .top').forEach((node) => node.remove());
  const style = document.createElement('style');
  style.textContent = `${look} .parallel img, .frame img { position: absolute; left: 0; top: 0; }`;
  copy.prepend(style);
  const body = new XMLSerializer().serializeToString(copy);
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<foreignObject width="100%" height="100%">${body}</foreignObject></svg>`;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = Math.min(SCALE, WIDEST / width);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png');
}
