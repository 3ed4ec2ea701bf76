// One run: what was asked, every event that came back, and what was on the page after any step.

let count = 0;

export class Run {
  constructor(request, { parent = null, fork = null, forced = null, inherited = [], given = '' } = {}) {
    this.name = ++count;
    this.request = request;
    this.parent = parent;
    this.fork = fork;                 // position of the forced leaf, none for a first run
    this.forced = forced;             // the text of the forced leaf
    this.given = given;               // prompt as shown before the first leaf
    this.events = [...inherited];     // what the parent had written before the fork, then our own
    this.inherited = inherited.length;
    this.start = null;
    this.end = null;
    this.status = 'waiting';          // waiting, running, done, stopped, failed
    this.began = performance.now();
    this.firstAt = null;
    this.lastAt = null;
    this.abort = new AbortController();
  }

  get running() { return this.status === 'waiting' || this.status === 'running'; }

  /** Takes one event of the stream. */
  take({ type, data }) {
    const now = performance.now();
    if (type === 'start') {
      this.start = data;
      this.status = 'running';
    } else if (type === 'step') {
      this.firstAt ??= now;
      this.lastAt = now;
      this.events.push({ ...data, at: now - this.began });
    } else if (type === 'end') {
      this.end = data;
      this.status = 'done';
    } else if (type === 'error') {
      this.status = 'failed';
      throw new Error(data.error?.message ?? 'the run failed');
    }
  }

  /** The cells on the page after `count` events, by position; a later event at a position replaces the earlier. */
  cells(count = this.events.length) {
    const byPosition = new Map();
    for (let i = 0; i < count; i++) byPosition.set(this.events[i].position, this.events[i]);
    const whole = this.end && count === this.events.length;
    const past = whole ? this.start.prompt_token_ids.length + this.end.token_ids.length : Infinity;
    return [...byPosition.values()].filter(cell => cell.position < past).sort((a, b) => a.position - b.position);
  }

  text(count = this.events.length) {
    return this.cells(count).map(cell => cell.text).join('');
  }

  /** Token ids of the prompt and of all leaves before `position`. */
  prefix(position) {
    const before = this.cells().filter(cell => cell.position < position).map(cell => cell.token_id);
    return [...this.promptIds(), ...before];
  }

  /** The ids of the text typed in, without what a parent run had written. */
  promptIds() {
    return this.parent ? this.parent.promptIds() : this.start?.prompt_token_ids ?? [];
  }
}

export const bits = p => p > 0 ? -Math.log2(p) : Infinity;

export function percent(p) {
  if (p === null || p === undefined) return '';
  if (p >= 0.9995) return '100 %';
  if (p >= 0.0995) return `${(100 * p).toFixed(0)} %`;
  if (p >= 0.001) return `${(100 * p).toFixed(1)} %`;
  return p === 0 ? '0 %' : '< 0.1 %';
}

export function number(x, digits = 2) {
  if (x === null || x === undefined || !Number.isFinite(x)) return '–';
  return x.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

const BOUNDS = [0.5, 1, 2, 3, 5, 8];

/** The colour class of a cell, from 0 (certain) to 6 (surprising), or none. */
export function shadeOf(cell, shade) {
  if (shade === 'none' || cell.p === null || cell.p === undefined) return 'none';
  const value = shade === 'entropy' ? cell.entropy ?? 0 : bits(cell.p);
  let rank = 0;
  while (rank < BOUNDS.length && value >= BOUNDS[rank]) rank++;
  return `c${rank}`;
}

/** A token's text with what cannot be seen made visible. */
export function visible(text) {
  if (text === '') return '∅';
  return text.replace(/\n/g, '↵').replace(/\t/g, '⇥').replace(/\r/g, '␍')
    .replace(/[\u0000-\u001f\u007f]/g, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The same as words, for labels that are read aloud. */
export function spoken(text) {
  if (text === '') return 'nothing visible';
  if (/^ +$/.test(text)) return text.length === 1 ? 'space' : `${text.length} spaces`;
  if (/^\n+$/.test(text)) return text.length === 1 ? 'line break' : `${text.length} line breaks`;
  return text.trim().replace(/\n/g, ' line break ');
}
