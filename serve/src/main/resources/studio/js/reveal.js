// In which pass each leaf was written: its place from left to right, its pass from top to bottom.
import { number } from './run.js';

const HEIGHT = 92;
const MOST_PITCH = 8;
const THINNEST = 2;

/** The leaves that a run itself wrote in its first `step` events, and drafts that did not stay. */
export function revealsOf(run, step = run.events.length) {
  const first = run.promptIds().length;
  const written = new Map();
  const lost = [];
  let passes = 0;
  for (let i = run.inherited; i < Math.min(step, run.events.length); i++) {
    const { position, token_id: id, ledger } = run.events[i];
    if (!ledger) continue;
    passes = Math.max(passes, ledger.forwards);  // a draft may be kept in a pass that writes nothing new
    const before = written.get(position);
    if (before?.id === id) continue;             // shown before, and it stayed
    if (before) lost.push(before);
    written.set(position, { place: position - first, pass: ledger.forwards, id });
  }
  return { leaves: [...written.values()], lost, passes };
}

/** Whether a run wrote several leaves in one pass. */
const writesAhead = ({ leaves }) => new Set(leaves.map(leaf => leaf.pass)).size < leaves.length;

export class RevealMaps {
  constructor(root) {
    this.root = root;
    this.shown = null;
    new ResizeObserver(() => this.draw()).observe(root);
  }

  /** Two runs side by side on one scale; `other` may be missing. */
  show(run, other, step) {
    const maps = [run, other].filter(Boolean)
      .map(one => ({ run: one, all: revealsOf(one), now: revealsOf(one, one === run ? step : undefined) }));
    this.root.hidden = !maps.some(({ all }) => writesAhead(all));
    this.shown = this.root.hidden ? null : maps;
    if (!this.shown) return;
    while (this.root.childElementCount > maps.length) this.root.lastChild.remove();
    while (this.root.childElementCount < maps.length) this.root.append(figure());
    this.draw();
  }

  draw() {
    if (!this.shown) return;
    const leaves = this.shown.flatMap(({ all }) => all.leaves);
    const places = 1 + Math.max(1, ...leaves.map(leaf => leaf.place));
    const passes = Math.max(1, ...this.shown.map(({ all }) => all.passes));
    this.shown.forEach(({ run, now }, i) => {
      const [caption, canvas] = this.root.children[i].children;
      const { words, b } = told(run, now);
      caption.replaceChildren(`run ${run.name}: `, b, words);
      canvas.setAttribute('aria-label', `Passes of run ${run.name}: ${b.textContent}${words}`);
      paint(canvas, now, places, passes);
    });
  }
}

function figure() {
  const node = document.createElement('figure');
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  node.append(document.createElement('figcaption'), canvas);
  return node;
}

function told(run, { leaves, passes }) {
  const b = document.createElement('b');
  b.textContent = passes ? `${number(leaves.length / passes)} leaves a pass` : 'nothing yet';
  return { b, words: passes ? `, ${leaves.length} in ${passes} · ${run.request.model ?? ''} ${decoderOf(run)}` : '' };
}

const decoderOf = run => run.request.decoder?.name ?? run.request.decoder ?? 'sequential';

function paint(canvas, { leaves, lost }, places, passes) {
  const width = canvas.clientWidth;
  if (!width) return;
  const scale = window.devicePixelRatio || 1;
  const across = Math.min(MOST_PITCH, width / places);
  const down = Math.min(MOST_PITCH, HEIGHT / passes);
  canvas.width = width * scale;
  canvas.height = HEIGHT * scale;
  const pen = canvas.getContext('2d');
  pen.scale(scale, scale);
  const style = getComputedStyle(document.documentElement);
  const colour = name => style.getPropertyValue(name).trim();
  pen.fillStyle = colour('--line');
  pen.globalAlpha = 0.35;
  pen.fillRect(0, 0, places * across, passes * down);
  pen.globalAlpha = 1;
  const [w, h] = [across, down].map(pitch => Math.max(pitch - (pitch > 4 ? 1 : 0), THINNEST));
  const cells = (list, name) => {
    pen.fillStyle = colour(name);
    for (const { place, pass } of list) pen.fillRect(place * across, (pass - 1) * down, w, h);
  };
  cells(lost, '--s4');
  cells(leaves, '--oak');
}
