// Surprise of each leaf as bars, entropy of its law as a line.
import { bits, number, shadeOf } from './run.js';

const HEIGHT = 58;
const TOP_BITS = 8;

export class Strip {
  constructor(root, { onSelect }) {
    this.caption = document.createElement('figcaption');
    this.canvas = document.createElement('canvas');
    this.canvas.setAttribute('role', 'img');
    root.append(this.caption, this.canvas);
    this.cells = [];
    this.selected = null;
    const pick = event => {
      const box = this.canvas.getBoundingClientRect();
      const cell = this.cells[Math.floor((event.clientX - box.left) / this.pitch)];
      return cell ? cell.position : null;
    };
    this.canvas.addEventListener('pointermove', event => onSelect(pick(event), 'hover'));
    this.canvas.addEventListener('pointerleave', () => onSelect(null, 'hover'));
    this.canvas.addEventListener('click', event => onSelect(pick(event), 'click'));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /** `all` sets the scale, so that a replay does not stretch; `shown` are drawn in full. */
  show(all, shown, selected) {
    this.cells = all;
    this.count = shown.length;
    this.last = shown.at(-1)?.position ?? -1;
    this.selected = selected;
    this.draw();
  }

  draw() {
    const width = this.canvas.clientWidth;
    if (!width) return;
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = width * scale;
    this.canvas.height = HEIGHT * scale;
    const pen = this.canvas.getContext('2d');
    pen.scale(scale, scale);
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(name).trim();
    const palette = [0, 1, 2, 3, 4, 5, 6].map(i => colour(`--s${i}`));
    const known = this.cells.filter(cell => cell.p !== null && cell.p !== undefined);
    this.pitch = Math.min(16, width / Math.max(1, this.cells.length));
    const y = value => HEIGHT - 2 - Math.min(value, TOP_BITS) / TOP_BITS * (HEIGHT - 8);
    pen.fillStyle = colour('--line');
    for (const level of [0, 4, 8]) pen.fillRect(0, Math.round(y(level)) + (level ? 0 : 0.5), width, 1);
    for (const [i, cell] of this.cells.entries()) {
      if (cell.p === null || cell.p === undefined) continue;
      pen.globalAlpha = cell.position <= this.last ? 1 : 0.25;
      const rank = Number(shadeOf(cell, 'surprise').slice(1));
      pen.fillStyle = palette[Math.max(rank, 1)];
      const top = y(Math.max(bits(cell.p), 0.12));
      const gap = this.pitch > 5 ? 1 : 0;
      pen.fillRect(i * this.pitch, top, this.pitch - gap, HEIGHT - 2 - top);
      if (cell.position === this.selected) {
        pen.globalAlpha = 1;
        pen.strokeStyle = colour('--focus');
        pen.lineWidth = 2;
        pen.strokeRect(i * this.pitch - 0.5, 1, Math.max(this.pitch, 3), HEIGHT - 2);
      }
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = colour('--ink');
    pen.lineWidth = 1.4;
    pen.lineJoin = 'round';
    pen.beginPath();
    let open = false;
    for (const [i, cell] of this.cells.entries()) {
      if (cell.entropy === null || cell.entropy === undefined || cell.position > this.last) { open = false; continue; }
      const x = (i + 0.5) * this.pitch;
      if (open) pen.lineTo(x, y(cell.entropy)); else pen.moveTo(x, y(cell.entropy));
      open = true;
    }
    pen.stroke();
    this.#describe(known.filter(cell => cell.position <= this.last));
  }

  #describe(known) {
    const mean = list => list.reduce((sum, x) => sum + x, 0) / Math.max(1, list.length);
    const surprise = mean(known.map(cell => bits(cell.p)));
    const entropy = mean(known.filter(cell => cell.entropy !== undefined && cell.entropy !== null).map(cell => cell.entropy));
    const words = `surprise mean ${number(surprise)} bits, entropy mean ${number(entropy)} bits`;
    this.canvas.setAttribute('aria-label', `Surprise and entropy of ${known.length} leaves: ${words}. The same numbers are in the table.`);
    const caption = document.createDocumentFragment();
    for (const [kind, name, value] of [['key-bar', 'surprise', surprise], ['key-line', 'entropy', entropy]]) {
      const item = document.createElement('span');
      const key = document.createElement('span');
      key.className = kind;
      const b = document.createElement('b');
      b.textContent = `${number(value)} bits`;
      item.append(key, `${name}, mean `, b);
      caption.append(item);
    }
    this.caption.replaceChildren(caption);
  }
}
