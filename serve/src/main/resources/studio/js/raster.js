// Rasters as the server sends them, on a canvas: pictures, maps, motion, masks.

const BOX = 480; // the longer side of a picture, in CSS pixels

/** Draws a raster: three channels are colours, two are motion, one is a map. */
export function draw(canvas, raster) {
  const cell = size(canvas, raster);
  const pen = canvas.getContext('2d');
  const colour = colours(raster);
  for (let y = 0; y < raster.rows; y++) {
    for (let x = 0; x < raster.columns; x++) {
      pen.fillStyle = colour(y, x);
      pen.fillRect(Math.floor(x * cell), Math.floor(y * cell), Math.ceil(cell), Math.ceil(cell));
    }
  }
}

function size(canvas, raster) {
  const scale = Math.max(1, window.devicePixelRatio || 1);
  const cell = Math.max(1, Math.floor(BOX * scale / Math.max(raster.rows, raster.columns)));
  canvas.width = raster.columns * cell;
  canvas.height = raster.rows * cell;
  canvas.dataset.rows = raster.rows;
  canvas.dataset.columns = raster.columns;
  return cell;
}

function colours(raster) {
  const { columns, channels, values } = raster;
  const at = (y, x, c) => values[(y * columns + x) * channels + c];
  if (channels === 3) {
    return (y, x) => `rgb(${[0, 1, 2].map(c => Math.round(255 * Math.min(1, Math.max(0, at(y, x, c))))).join(' ')})`;
  }
  if (channels === 2) {
    const fastest = Math.max(1e-6, ...lengths(raster));
    return (y, x) => wheel(at(y, x, 0) / fastest, at(y, x, 1) / fastest);
  }
  const finite = values.filter(value => value !== null);
  const least = Math.min(...finite);
  const span = Math.max(...finite) - least || 1;
  return (y, x) => at(y, x, 0) === null ? '#000' : heat((at(y, x, 0) - least) / span);
}

export function lengths({ values }) {
  const all = [];
  for (let i = 0; i < values.length; i += 2) all.push(Math.hypot(values[i], values[i + 1]));
  return all;
}

// The hue is the direction, the strength the speed: the arcs of the Middlebury wheel, as hues.
function wheel(x, y) {
  const speed = Math.min(1, Math.hypot(x, y));
  const turn = (Math.atan2(y, x) / Math.PI * 180 + 360) % 360;
  return `hsl(${turn} 100% ${Math.round(100 - 50 * speed)}%)`;
}

// Cold and dark for the least, warm and light for the most.
export function heat(share) {
  const red = Math.min(1, 0.08 + 1.5 * share);
  const green = 0.08 + 0.9 * share * share;
  const blue = 0.25 + 0.6 * share * (1 - share) + 0.4 * share ** 3;
  return `rgb(${[red, green, blue].map(v => Math.round(255 * v)).join(' ')})`;
}

/** A line around the cells of a mask, and a veil over the others. */
export function outline(canvas, mask) {
  const pen = canvas.getContext('2d');
  const cell = canvas.height / mask.rows;
  const has = (y, x) => y >= 0 && y < mask.rows && x >= 0 && x < mask.columns && mask.values[y * mask.columns + x] > 0.5;
  pen.fillStyle = 'rgb(255 255 255 / 62%)';
  for (let y = 0; y < mask.rows; y++) {
    for (let x = 0; x < mask.columns; x++) {
      if (!has(y, x)) pen.fillRect(x * cell, y * cell, cell, cell);
    }
  }
  pen.strokeStyle = '#14170f';
  pen.lineWidth = Math.max(2, cell / 12);
  pen.lineCap = 'round';
  pen.beginPath();
  for (let y = 0; y < mask.rows; y++) {
    for (let x = 0; x < mask.columns; x++) {
      if (!has(y, x)) continue;
      const [left, top, right, bottom] = [x * cell, y * cell, (x + 1) * cell, (y + 1) * cell];
      if (!has(y - 1, x)) { pen.moveTo(left, top); pen.lineTo(right, top); }
      if (!has(y + 1, x)) { pen.moveTo(left, bottom); pen.lineTo(right, bottom); }
      if (!has(y, x - 1)) { pen.moveTo(left, top); pen.lineTo(left, bottom); }
      if (!has(y, x + 1)) { pen.moveTo(right, top); pen.lineTo(right, bottom); }
    }
  }
  pen.stroke();
}

/** An arrow from the middle of a cell, `by` in cells (x, y). */
export function arrow(canvas, [y, x], [dx, dy], rows, weight = 1) {
  const pen = canvas.getContext('2d');
  const cell = canvas.height / rows;
  const from = [(x + 0.5) * cell, (y + 0.5) * cell];
  const to = [from[0] + dx * cell, from[1] + dy * cell];
  const head = Math.min(cell * 0.32, Math.hypot(dx, dy) * cell * 0.5);
  const angle = Math.atan2(dy, dx);
  for (const [colour, width] of [['#fffdf6', 5.5], ['#14170f', 2.6]]) { // readable on any colour
    pen.strokeStyle = colour;
    pen.lineWidth = width * weight * cell / 40;
    pen.lineCap = 'round';
    pen.lineJoin = 'round';
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    for (const turn of [2.6, -2.6]) {
      pen.moveTo(...to);
      pen.lineTo(to[0] + head * Math.cos(angle + turn), to[1] + head * Math.sin(angle + turn));
    }
    pen.stroke();
  }
}

/** A frame around a cell. */
export function mark(canvas, [y, x], rows) {
  const pen = canvas.getContext('2d');
  const cell = canvas.height / rows;
  for (const [colour, width] of [['#fffdf6', 5], ['#14170f', 2]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width * cell / 40;
    pen.strokeRect(x * cell, y * cell, cell, cell);
  }
}
