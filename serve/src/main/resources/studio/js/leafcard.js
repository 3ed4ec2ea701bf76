// The chosen leaf: its numbers, and what else could have lain there, before and after the filters.
import { bits, number, percent, visible, shadeOf } from './run.js';

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Token text where a leading or trailing space is shown as a dot. */
function shown(text) {
  const span = element('span', 'w');
  const parts = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
  for (const [i, part] of [parts[1], parts[2], parts[3]].entries()) {
    if (!part) continue;
    if (i === 1) span.append(part.replace(/\n/g, '↵'));
    else span.append(element('span', 'ghost', visible(part).replace(/ /g, '·')));
  }
  if (!text) span.append(element('span', 'ghost', '∅'));
  return span;
}

export class LeafCard {
  constructor(root, { onForce }) {
    this.root = root;
    this.onForce = onForce;
    this.shown = undefined;
    this.nothing();
  }

  nothing() {
    if (this.shown === null) return;
    this.shown = null;
    this.root.replaceChildren(element('p', 'nothing',
      'Point at a leaf, or walk to it with the arrow keys, to see what else could have lain there. Choose another to branch from it.'));
  }

  /** `asSet` says that the filtered law is the one that the controls would give now. */
  show(cell, promptLength, asSet = false) {
    if (this.shown === cell) return;
    this.shown = cell;
    this.asSet = asSet;
    const head = element('div', 'chosen');
    const glyph = shown(cell.text);
    glyph.className = `leaf glyph ${shadeOf(cell, 'surprise')}`;
    head.append(glyph, element('span', 'p', cell.p === null ? '' : percent(cell.p)));
    const facts = element('dl', 'facts');
    const fact = (name, value) => {
      const row = element('div');
      row.append(element('dt', '', name), element('dd', '', value));
      facts.append(row);
    };
    fact('position', `${cell.position - promptLength + 1}`);
    fact('token id', `${cell.token_id}`);
    if (cell.p !== null && cell.p !== undefined) fact('surprise', `${number(bits(cell.p))} bits`);
    if (cell.entropy !== undefined && cell.entropy !== null) fact('entropy', `${number(cell.entropy)} bits`);
    if (cell.p_filtered !== undefined && cell.p_filtered !== null && !cell.forced) fact('drawn with', percent(cell.p_filtered));
    fact('state', cell.forced ? 'forced' : cell.state);
    this.root.replaceChildren(head, facts, ...this.#bars(cell));
  }

  #bars(cell) {
    const list = cell.alternatives ?? [];
    if (!list.length) return [element('p', 'nothing', 'This decoder gave no alternatives here.')];
    const filtered = list.some(a => a.p_filtered !== undefined && a.p_filtered !== null);
    const head = element('div', 'bars-head');
    head.append(element('span', '', 'could have been'));
    const keys = element('span', 'keys-of');
    const key = (kind, words) => { const s = element('span'); s.append(element('i', kind), words); keys.append(s); };
    key('before', 'model');
    if (filtered) key('after', this.asSet ? 'as set now' : 'after filters');
    if (this.asSet) keys.lastChild.classList.add('as-set');
    head.append(keys);
    const bars = element('div', 'bars');
    const most = Math.max(...list.map(a => Math.max(a.p, a.p_filtered ?? 0)), 1e-9);
    for (const [i, other] of list.entries()) bars.append(this.#bar(cell, other, most, filtered, i));
    const sum = list.reduce((total, a) => total + a.p, 0);
    const rest = element('p', 'rest', sum < 0.9995 ? `${percent(1 - sum)} lies on all other tokens` : '');
    return [head, bars, rest];
  }

  #bar(cell, other, most, filtered, index) {
    const taken = other.id === cell.token_id;
    const cut = filtered && other.p_filtered === 0;
    const bar = element('button', `bar${taken ? ' taken' : ''}${cut ? ' cut' : ''}`);
    bar.type = 'button';
    bar.disabled = taken;
    bar.dataset.id = other.id;
    bar.dataset.p = other.p;
    const track = element('span', 'track');
    const before = element('span', 'before');
    before.style.width = `${100 * other.p / most}%`;
    track.append(before);
    if (filtered) {
      const after = element('span', 'after');
      after.style.width = `${100 * (other.p_filtered ?? 0) / most}%`;
      track.append(after);
    } else {
      before.className = 'after';
    }
    bar.append(shown(other.text), track, element('span', 'n', percent(other.p)));
    if (filtered) bar.append(element('span', 'n drawn', cut ? 'cut' : percent(other.p_filtered)));
    const after = filtered ? cut ? ', cut by the filters' : `, ${percent(other.p_filtered)} after the filters` : '';
    bar.setAttribute('aria-label',
      `${taken ? 'taken' : `force ${index + 1}`}: ${other.text.trim() || visible(other.text)}, ${percent(other.p)}${after}`);
    bar.title = taken ? 'This one was taken' : `Force this one and go on from there (key ${index + 1})`;
    bar.addEventListener('click', () => this.onForce(cell, other));
    return bar;
  }
}
