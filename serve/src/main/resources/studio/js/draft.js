// The draft of a pass as a tree: what was guessed, what was kept, and the token that the model wrote itself.
import { visible, spoken } from './run.js';

const SPACE = 'http://www.w3.org/2000/svg';
const ROW = 27;
const GAP = 22;
const PAD = 11;
const ROOT = -1;

function make(tag, attributes = {}, text) {
  const node = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

const words = text => visible(text).replace(/ /g, '·');

/** The last draft among the first `step` events, with the tokens that came of it; none where a run drafts nothing. */
export function draftAt(run, step) {
  for (let i = Math.min(step, run.events.length) - 1; i >= 0; i--) {
    const { draft } = run.events[i];
    if (!draft) continue;
    const kept = draft.filter(guess => guess.accepted).length;
    const before = run.cells(i).at(-1)?.text ?? run.given.slice(-1);
    return { guesses: draft, kept, before, own: run.events[i + kept], laid: Math.min(step - i, kept + 1) };
  }
  return null;
}

export class DraftTree {
  constructor(root) {
    this.root = root;
    this.caption = document.createElement('figcaption');
    this.scroll = document.createElement('div');
    this.scroll.className = 'draft-scroll';
    root.append(this.caption, this.scroll);
    this.pen = document.createElement('canvas').getContext('2d');
    this.key = null;
  }

  show(draft) {
    this.root.hidden = !draft;
    if (!draft) return;
    const key = JSON.stringify([draft.guesses, draft.laid, draft.before, draft.own?.token_id]);
    if (key === this.key) return;
    this.key = key;
    const { guesses, kept } = draft;
    const tail = draft.own ? `, then “${spoken(draft.own.text)}” by the model` : '';
    const said = `${kept} of ${guesses.length} drafted tokens kept${tail}`;
    const b = document.createElement('b');
    b.textContent = `${kept} of ${guesses.length}`;
    this.caption.replaceChildren('draft of this pass: ', b, ' kept');
    this.scroll.replaceChildren(this.#picture(draft, said));
  }

  #picture(draft, said) {
    const { guesses } = draft;
    this.pen.font = `15px ${getComputedStyle(document.documentElement).getPropertyValue('--serif')}`;
    const children = new Map([[ROOT, []]]);
    guesses.forEach((guess, i) => {
      children.set(i, []);
      children.get(guess.parent).push(i);
    });
    for (const list of children.values()) list.sort((a, b) => guesses[b].accepted - guesses[a].accepted);
    const places = new Map();
    const widths = [];
    let rows = 0;
    const lay = (node, depth, text) => {
      widths[depth] = Math.max(widths[depth] ?? 0, this.pen.measureText(words(text)).width + 2 * PAD);
      const below = children.get(node);
      const row = below.length ? lay(below[0], depth + 1, guesses[below[0]].text) : rows++;
      for (const other of below.slice(1)) lay(other, depth + 1, guesses[other].text);
      places.set(node, { depth, row });
      return row;
    };
    lay(ROOT, 0, draft.before);
    const path = guesses.map((_, i) => i).filter(i => guesses[i].accepted);
    const end = places.get(path.at(-1) ?? ROOT);
    if (draft.own) {
      const depth = end.depth + 1;
      const taken = [...places.values()].some(place => place.depth === depth && place.row === end.row);
      places.set('own', { depth, row: taken ? rows++ : end.row });
      widths[depth] = Math.max(widths[depth] ?? 0, this.pen.measureText(words(draft.own.text)).width + 2 * PAD);
    }
    const lefts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width + GAP, 1));
    const width = lefts.at(-1) + widths.at(-1) + 1;
    const svg = make('svg', { width, height: rows * ROW, viewBox: `0 0 ${width} ${rows * ROW}`, role: 'img', 'aria-label': said });
    const edge = (from, to, kind) => {
      const a = places.get(from);
      const b = places.get(to);
      const x = lefts[a.depth] + widths[a.depth];
      const y = (a.row + 0.5) * ROW;
      const [u, v] = [lefts[b.depth], (b.row + 0.5) * ROW];
      const bend = GAP / 2;
      svg.append(make('path', { class: `twig ${kind}`, d: `M${x} ${y}C${x + bend} ${y} ${u - bend} ${v} ${u} ${v}` }));
    };
    const leaf = (at, text, kind, title) => {
      const { depth, row } = places.get(at);
      const group = make('g', { class: `guess ${kind}`, transform: `translate(${lefts[depth]} ${row * ROW + 2})` });
      group.append(make('title', {}, title));
      group.append(make('rect', { width: widths[depth], height: ROW - 4, rx: 9 }));
      group.append(make('text', { x: widths[depth] / 2, y: 16, 'text-anchor': 'middle' }, words(text)));
      svg.append(group);
    };
    guesses.forEach((guess, i) => edge(guess.parent, i, guess.accepted ? 'kept' : ''));
    if (draft.own) edge(path.at(-1) ?? ROOT, 'own', 'own');
    leaf(ROOT, draft.before, 'root', 'the last token before the draft');
    const laid = new Set(path.slice(0, draft.laid));
    guesses.forEach((guess, i) => leaf(i, guess.text,
      guess.accepted ? laid.has(i) ? 'kept' : 'kept ahead' : 'lost',
      guess.accepted ? 'drafted and kept' : 'drafted and not kept'));
    if (draft.own) leaf('own', draft.own.text, draft.laid > draft.kept ? 'own' : 'own ahead', 'written by the model itself');
    return svg;
  }
}
