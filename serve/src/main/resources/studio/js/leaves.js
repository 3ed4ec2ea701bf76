// The answer as a line of leaves. Only what changed since the last picture is touched.
import { shadeOf, percent, spoken, visible } from './run.js';

const CJK = /[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef\u0e00-\u0eff]/;
const LONGEST_WORD = 24;

export class Leaves {
  constructor(root, { onSelect }) {
    this.root = root;
    this.onSelect = onSelect;
    this.pieces = [];          // one a cell: {cell, leaf, nodes, word}
    this.run = null;
    this.shade = 'surprise';
    this.given = null;
    root.addEventListener('click', event => {
      const leaf = event.target.closest('button.leaf');
      if (leaf) onSelect(Number(leaf.dataset.position), 'click');
    });
    root.addEventListener('focusin', event => {
      const leaf = event.target.closest('button.leaf');
      if (leaf) onSelect(Number(leaf.dataset.position), 'focus');
    });
    root.addEventListener('pointerover', event => {
      const leaf = event.target.closest('button.leaf');
      if (leaf && event.pointerType === 'mouse') onSelect(Number(leaf.dataset.position), 'hover');
    });
    root.addEventListener('pointerleave', () => onSelect(null, 'hover'));
    root.addEventListener('keydown', event => this.#walk(event));
  }

  /** Shows these cells; leaves that are new fall into place when `animate` says so. */
  show(run, cells, { animate }) {
    if (run !== this.run) this.#clear(run);
    let same = 0;
    while (same < cells.length && same < this.pieces.length && this.pieces[same].cell === cells[same]) same++;
    const before = this.pieces.length;
    this.#cut(same);
    for (let i = same; i < cells.length; i++) this.#add(cells[i], i, animate && (i >= before || i === same));
    this.#caret(run);
  }

  colour(shade) {
    this.shade = shade;
    for (const { leaf, cell } of this.pieces) leaf.className = this.#classes(leaf, cell);
  }

  mark(position) {
    for (const { leaf, cell } of this.pieces) {
      const here = cell.position === position;
      leaf.setAttribute('aria-current', here ? 'true' : 'false');
      leaf.tabIndex = here ? 0 : -1;
    }
    if (position === null && this.pieces.length) this.pieces[0].leaf.tabIndex = 0;
  }

  focus(position) {
    this.pieces.find(piece => piece.cell.position === position)?.leaf.focus();
  }

  #clear(run) {
    this.root.replaceChildren();
    this.pieces = [];
    this.run = run;
    this.caretNode = null;
    const mean = run.events.length ? run.text().length / run.events.length : 2;
    this.root.classList.toggle('chars', mean < 1.3 && run.events.length > 0);
    if (run.given) {
      const given = document.createElement('span');
      given.className = 'given';
      given.textContent = run.given;
      this.root.append(given);
    }
  }

  #cut(length) {
    while (this.pieces.length > length) {
      const { nodes, word } = this.pieces.pop();
      for (const node of nodes) node.remove();
      if (word && !word.hasChildNodes()) word.remove();
    }
  }

  #add(cell, index, animate) {
    this.caretNode?.remove();
    if (index === 12) {
      const letters = this.pieces.reduce((sum, piece) => sum + piece.cell.text.length, 0);
      this.root.classList.toggle('chars', letters <= 14);
    }
    const text = cell.text ?? '';
    const lead = /^[^\S\n]+(?=\S)/.exec(text)?.[0] ?? '';
    const core = text.slice(lead.length);
    const breaks = core.match(/\n/g)?.length ?? 0;
    const blank = core.trim() === '' && !breaks && core !== '';
    const leaf = document.createElement('button');
    leaf.type = 'button';
    leaf.dataset.position = cell.position;
    leaf.textContent = breaks || core === '' ? visible(core) : core;
    leaf.dataset.kind = core === '' || (breaks && core.trim() === '') ? 'mark' : blank ? 'blank' : 'word';
    leaf.className = this.#classes(leaf, cell);
    leaf.tabIndex = index === 0 ? 0 : -1;
    leaf.setAttribute('aria-label', `${spoken(text)}, ${percent(cell.p) || 'forced'}${cell.state === 'committed' ? '' : `, ${cell.state}`}`);
    if (animate) {
      leaf.classList.add('falling');
      leaf.style.setProperty('--drift', String(((cell.position * 37) % 11) / 5 - 1));
      leaf.addEventListener('animationend', () => leaf.classList.remove('falling'), { once: true });
    }
    const nodes = [leaf];
    if (lead) {
      const gap = document.createTextNode(lead);
      this.root.append(gap);
      nodes.push(gap);
    }
    const word = blank || leaf.dataset.kind === 'mark' ? null : this.#word(lead, core);
    (word ?? this.root).append(leaf);
    if (breaks) {
      const end = document.createTextNode('\n'.repeat(breaks));
      this.root.append(end);
      nodes.push(end);
    }
    this.pieces.push({ cell, leaf, nodes, word });
  }

  /** Leaves of one word stay on one line. */
  #word(lead, core) {
    const last = this.pieces.at(-1);
    const open = last?.word && !lead && !/\s$/.test(last.cell.text) && !CJK.test(core)
      && last.word.textContent.length + core.length <= LONGEST_WORD;
    if (open) return last.word;
    const word = document.createElement('span');
    word.className = 'word';
    this.root.append(word);
    return word;
  }

  #classes(leaf, cell) {
    const kind = leaf.dataset.kind === 'word' ? '' : leaf.dataset.kind;
    const forced = cell.forced ? 'forced' : '';
    const inherited = cell.inherited ? 'inherited' : '';
    return ['leaf', shadeOf(cell, this.shade), cell.state, kind, forced, inherited].filter(Boolean).join(' ');
  }

  #caret(run) {
    this.caretNode?.remove();
    this.caretNode = document.createElement('span');
    if (run.running) {
      this.caretNode.className = 'caret';
      this.caretNode.setAttribute('aria-hidden', 'true');
    }
    this.root.append(this.caretNode);
  }

  #walk(event) {
    const leaf = event.target.closest('button.leaf');
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 'up', ArrowDown: 'down', Home: 'first', End: 'last' }[event.key];
    if (!leaf || move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const here = this.pieces.findIndex(piece => piece.leaf === leaf);
    const to = move === 'first' ? 0 : move === 'last' ? this.pieces.length - 1
      : typeof move === 'number' ? here + move : this.#line(here, move === 'up' ? -1 : 1);
    this.pieces[Math.max(0, Math.min(this.pieces.length - 1, to))]?.leaf.focus();
  }

  /** The leaf above or below: nearest in the next line that way. */
  #line(here, way) {
    const from = this.pieces[here].leaf.getBoundingClientRect();
    let best = here;
    let distance = Infinity;
    for (let i = here + way; i >= 0 && i < this.pieces.length; i += way) {
      const box = this.pieces[i].leaf.getBoundingClientRect();
      const rows = way * (box.top - from.top) / from.height;
      if (rows < 0.7) continue;
      if (rows > 2.6) break;
      const d = Math.abs(box.left - from.left) + 400 * rows;
      if (d < distance) { distance = d; best = i; }
    }
    return best;
  }
}
