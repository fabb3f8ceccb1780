/** An arrow from one trial to another. */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} from
 * @param {[number, number]} to
 */
export function drawArrow(context, from, to) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length > 8)) return;
  const [ux, uy] = [dx / length, dy / length];
  const [tipX, tipY] = [to[0] - 4 * ux, to[1] - 4 * uy];
  context.beginPath();
  context.moveTo(from[0] + 4 * ux, from[1] + 4 * uy);
  context.lineTo(tipX, tipY);
  context.stroke();
  context.beginPath();
  context.moveTo(tipX, tipY);
  context.lineTo(tipX - 6 * ux - 3 * uy, tipY - 6 * uy + 3 * ux);
  context.lineTo(tipX - 6 * ux + 3 * uy, tipY - 6 * uy - 3 * ux);
  context.fill();
}
