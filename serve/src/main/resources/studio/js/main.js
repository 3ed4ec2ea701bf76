// Wires the page together: one session, its runs, the leaf that is looked at.
import { generate, get, Refusal } from './api.js';
import { Controls } from './controls.js';
import { DraftTree, draftAt } from './draft.js';
import { LeafCard } from './leafcard.js';
import { Leaves } from './leaves.js';
import { showLedger } from './ledger.js';
import { startPages } from './pages.js';
import { tableOf } from './table.js';
import { Player } from './player.js';
import { RevealMaps } from './reveal.js';
import { Run, bits, number, percent, visible } from './run.js';
import { asCurl, asJava, asJson } from './share.js';
import { Strip } from './strip.js';
import { startTheme } from './theme.js';

const byId = id => document.getElementById(id);
const ALTERNATIVES = 9;

const session = { runs: [], run: null, chosen: null, hovered: null, table: false, law: null, asking: null };

const controls = new Controls();
const leaves = new Leaves(byId('leaves'), { onSelect: select });
const strip = new Strip(byId('strip'), { onSelect: select });
const draft = new DraftTree(byId('draft'));
const reveal = new RevealMaps(byId('reveal'));
const card = new LeafCard(byId('leaf'), { onForce: force });
const player = new Player({ onStep: ({ animate }) => draw(animate) });

// ---------------------------------------------------------------- asking

byId('ask').addEventListener('submit', event => {
  event.preventDefault();
  ask();
});

function ask() {
  const words = byId('prompt').value;
  const chat = document.querySelector('input[name="mode"]:checked').value === 'chat';
  const request = { ...controls.read(), alternatives: ALTERNATIVES };
  if (chat) request.messages = [{ role: 'user', content: words }];
  else request.prompt = words;
  begin(new Run(request, { given: chat ? '' : words }));
}

/** Lays another leaf at that place and lets the run go on from there. */
function force(cell, other) {
  const parent = session.run;
  const before = parent.cells().filter(one => one.position < cell.position)
    .map(one => ({ ...one, inherited: true }));
  const forced = { ...cell, token_id: other.id, text: other.text, p: other.p, p_filtered: other.p_filtered, forced: true, inherited: false };
  const request = {
    ...parent.request,
    ...controls.read(),
    model: parent.request.model,
    prompt: [...parent.prefix(cell.position), other.id],
    alternatives: ALTERNATIVES,
  };
  delete request.messages;
  if (parent.start?.seed !== undefined && request.seed === undefined) request.seed = parent.start.seed;
  begin(new Run(request, {
    parent, fork: cell.position, forced: other.text, inherited: [...before, forced], given: parent.given,
  }));
}

async function begin(run) {
  stop();
  session.runs.push(run);
  look(run);
  problem(null);
  byId('send').hidden = true;
  byId('stop-run').hidden = false;
  const speaker = new Speaker();
  try {
    for await (const event of generate(run.request, run.abort.signal)) {
      run.take(event);
      if (event.type === 'step') speaker.hear(event.data.text);
      arrived(run);
    }
    if (run.running) throw new Error('the stream ended before the run did');
  } catch (fault) {
    if (fault.name === 'AbortError') run.status = 'stopped';
    else {
      run.status = 'failed';
      problem(fault);
      if (run.events.length === run.inherited) discard(run);
    }
  }
  speaker.finish(run);
  if (!session.runs.some(one => one.running)) {
    byId('send').hidden = false;
    byId('stop-run').hidden = true;
  }
  arrived(run);
}

function stop() {
  for (const run of session.runs) if (run.running) run.abort.abort();
}

/** A run that was refused leaves no trace but the words that say why. */
function discard(run) {
  session.runs = session.runs.filter(one => one !== run);
  const before = run.parent ?? session.runs.at(-1) ?? null;
  if (session.run === run) look(before);
}

byId('stop-run').addEventListener('click', stop);

function problem(fault) {
  const line = byId('problem');
  line.hidden = !fault;
  line.textContent = fault ? fault.message : '';
  if (fault instanceof Refusal && fault.param) byId(fault.param)?.focus();
}

// --------------------------------------------------------------- looking

let awaited = false;

function arrived(run) {
  if (run !== session.run) return;
  if (awaited) return;
  awaited = true;
  requestAnimationFrame(() => {
    awaited = false;
    if (run !== session.run) return;
    player.arrived();
    if (!run.running) drawLegend();
    draw(true);
  });
}

function look(run) {
  session.run = run;
  drawLegend();
  session.chosen = session.hovered = session.law = null;
  byId('empty').hidden = Boolean(run);
  byId('dock').hidden = !run;
  byId('share-open').disabled = !run;
  if (run) {
    player.load(run);
    draw(false);
  } else {
    byId('leaves').hidden = true;
    card.nothing();
    showLedger(byId('ledger'), null);
  }
}

function draw(animate) {
  const run = session.run;
  if (!run) return;
  const answer = byId('answer');
  const atEnd = answer.scrollHeight - answer.scrollTop - answer.clientHeight < 60;
  const shown = run.cells(player.step);
  byId('leaves').hidden = session.table;
  byId('table').hidden = !session.table;
  leaves.show(run, shown, { animate });
  if (session.table) drawTable(run, shown);
  if (atEnd && (player.live || player.playing)) answer.scrollTop = answer.scrollHeight;
  const position = session.hovered ?? session.chosen;
  draft.show(draftAt(run, player.step));
  reveal.show(run, beside(run), player.step);
  strip.show(run.cells(), shown, position);
  drawLeaf(run, shown);
  showLedger(byId('ledger'), run);
  drawBough();
}

/** The run that a run is compared with: the last other one that wrote something. */
function beside(run) {
  return session.runs.findLast(one => one !== run && one.events.length > one.inherited);
}

function drawLeaf(run, shown) {
  const position = session.hovered ?? session.chosen;
  const cell = position === null ? shown.at(-1) : shown.find(one => one.position === position);
  const first = run.promptIds().length;
  const law = session.law;
  if (cell && law && law.cell === cell) card.show(law.now, first, true);
  else if (cell) card.show(cell, first);
  else card.nothing();
}

/** The law of the leaf that is looked at, under what the controls say now: asks the model for one token there. */
async function lookAgain() {
  const run = session.run;
  const cell = run?.cells(player.step).find(one => one.position === session.chosen);
  if (!cell || cell.forced || run.running) return;
  const request = { ...controls.read(), model: run.request.model, prompt: run.prefix(cell.position), max_tokens: 1, alternatives: ALTERNATIVES };
  delete request.stop;
  if (!request.prompt.length) return;
  session.asking?.abort();
  session.asking = new AbortController();
  try {
    for await (const { type, data } of generate(request, session.asking.signal)) {
      if (type !== 'step' || session.chosen !== cell.position) continue;
      const now = { ...cell, alternatives: data.alternatives };
      now.p_filtered = data.alternatives.find(one => one.id === cell.token_id)?.p_filtered ?? null;
      session.law = { cell, now };
      drawLeaf(run, run.cells(player.step));
    }
  } catch { /* a value out of range: the next one asks again */ }
}

let soon = null;
byId('controls').addEventListener('input', () => {
  clearTimeout(soon);
  soon = setTimeout(lookAgain, 150);
});

function select(position, how) {
  if (how === 'hover') session.hovered = position;
  else {
    if (session.chosen !== position) session.law = null;
    session.chosen = position;
    session.hovered = null;
  }
  if (how === 'focus' || how === 'click') leaves.mark(session.chosen);
  if (!session.run) return;
  const shown = session.run.cells(player.step);
  strip.show(session.run.cells(), shown, session.hovered ?? session.chosen);
  drawLeaf(session.run, shown);
}

function drawTable(run, shown) {
  const first = run.promptIds().length;
  byId('table').replaceChildren(tableOf(
    ['position', 'token', 'id', 'p', 'after filters', 'surprise', 'entropy', 'state'],
    shown.map(cell => [
      String(cell.position - first + 1), visible(cell.text), String(cell.token_id),
      cell.p === null ? '' : number(cell.p, 4), cell.p_filtered === undefined || cell.p_filtered === null ? '' : number(cell.p_filtered, 4),
      number(bits(cell.p)), number(cell.entropy), cell.forced ? 'forced' : cell.state,
    ]), [1]));
}

/** The branches of the session: one button a run, in the order they grew. */
function drawBough() {
  const root = byId('bough');
  root.hidden = session.runs.length < 2;
  if (root.hidden) return;
  root.setAttribute('role', 'group');
  root.setAttribute('aria-label', 'Runs and branches');
  root.replaceChildren(...session.runs.map(run => {
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-pressed', String(run === session.run));
    const at = document.createElement('span');
    at.className = 'at';
    if (run.parent) {
      const leaf = document.createElement('span');
      leaf.textContent = `“${visible(run.forced).trim() || '·'}”`;
      at.textContent = `${run.name} from ${run.parent.name}, leaf ${run.fork - run.promptIds().length + 1}`;
      button.append(leaf, at);
    } else {
      at.textContent = `run ${run.name}`;
      button.append(at);
    }
    button.addEventListener('click', () => look(run));
    return button;
  }));
}

byId('shade').addEventListener('change', event => {
  leaves.colour(event.target.value);
  drawLegend();
});

byId('table-toggle').addEventListener('click', event => {
  session.table = !session.table;
  event.target.setAttribute('aria-pressed', String(session.table));
  draw(false);
});

const LABELS = {
  surprise: ['0', '½', '1', '2', '3', '5', '8+'],
  entropy: ['0', '½', '1', '2', '3', '5', '8+'],
  probability: ['100', '71', '50', '25', '12', '3', '<.4'],
};

function drawLegend() {
  const shade = byId('shade').value;
  const root = byId('legend');
  root.replaceChildren();
  if (LABELS[shade]) {
    const name = document.createElement('span');
    name.textContent = shade === 'probability' ? 'probability, %' : `${shade}, bits`;
    const scale = document.createElement('span');
    scale.className = 'scale';
    LABELS[shade].forEach((label, i) => {
      const step = document.createElement('span');
      step.textContent = label;
      step.style.background = `var(--s${i})`;
      step.style.color = `var(--t${i})`;
      scale.append(step);
    });
    root.append(name, scale);
  }
  const states = usedStates(session.run);
  if (!states.length) return;
  const list = document.createElement('span');
  list.className = 'states';
  for (const state of states) {
    const leaf = document.createElement('span');
    leaf.className = `leaf ${state} none`;
    leaf.textContent = state;
    list.append(leaf);
  }
  root.append(list);
}

/** What the legend has to explain: the states of this run beside plain, committed leaves. */
function usedStates(run) {
  const seen = new Set(run?.events.map(event => event.forced ? 'forced' : event.state));
  return ['provisional', 'revised', 'forced'].filter(state => seen.has(state));
}

/** Reads the answer aloud in sentences, for those who listen. */
class Speaker {
  constructor() { this.waiting = ''; }
  hear(text) {
    this.waiting += text;
    const end = /[.!?:;]\s|\n/.exec(this.waiting);
    if (!end) return;
    byId('spoken').textContent = this.waiting.slice(0, end.index + 1);
    this.waiting = this.waiting.slice(end.index + end[0].length);
  }
  finish(run) {
    const tokens = run.events.length - run.inherited;
    byId('spoken').textContent = `${this.waiting} ${run.status === 'stopped' ? 'Stopped' : 'Finished'} after ${tokens} tokens.`;
  }
}

// ------------------------------------------------------------------ keys

const touch = matchMedia('(pointer: coarse)').matches;

byId('prompt').addEventListener('keydown', event => {
  if (event.key !== 'Enter' || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || (!event.shiftKey && !touch)) {
    event.preventDefault();
    ask();
  }
});

document.addEventListener('keydown', event => {
  if (document.querySelector('dialog[open]')) return;
  if (event.key === 'Escape') { stop(); return; }
  const writing = event.target.closest('input:not([type="range"]):not([type="radio"]), textarea, select');
  if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '?') return open(byId('keys'), event);
  if (event.key === '/') { event.preventDefault(); byId('prompt').focus(); return; }
  if (byId('page-text').hidden || !session.run) return;
  if (/^[1-9]$/.test(event.key) && event.target.closest('.leaf, .bar')) {
    byId('leaf').querySelectorAll('.bar')[Number(event.key) - 1]?.click();
    return;
  }
  if (event.target.closest('button, a, input, summary') && (event.key === ' ' || event.target.type === 'range')) return;
  const action = {
    ' ': () => player.toggle(),
    ArrowLeft: () => player.by(-1),
    ArrowRight: () => player.by(1),
    Home: () => player.to(0),
    End: () => player.to(Infinity),
  }[event.key];
  if (action) { event.preventDefault(); action(); }
});

function open(dialog, event) {
  event?.preventDefault();
  dialog.showModal();
}

byId('keys-open').addEventListener('click', () => open(byId('keys')));

// --------------------------------------------------------------- sharing

function fillShare() {
  const language = document.querySelector('input[name="language"]:checked').value;
  byId('share-text').textContent = { curl: asCurl, java: asJava, json: asJson }[language](session.run);
}
byId('share-open').addEventListener('click', () => { fillShare(); open(byId('share')); });
for (const input of document.querySelectorAll('input[name="language"]')) input.addEventListener('change', fillShare);
byId('share-copy').addEventListener('click', async event => {
  const button = event.target;
  try {
    await navigator.clipboard.writeText(byId('share-text').textContent);
    button.textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(byId('share-text'));
    button.textContent = 'Marked: copy with Ctrl C';
  }
  setTimeout(() => { button.textContent = 'Copy'; }, 1600);
});

// -------------------------------------------------------------- starting

const STARTERS = ['To be', 'Once upon a time', 'The leaves of the oak'];

document.addEventListener('model-chosen', () => {
  const own = controls.model?.cumae?.starters;
  byId('starters').replaceChildren(...(own?.length ? own : STARTERS).map(words => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words;
    button.addEventListener('click', () => { byId('prompt').value = words; ask(); });
    return button;
  }));
});

function health(state, words) {
  byId('health').dataset.state = state;
  if (byId('health-words').textContent !== words) byId('health-words').textContent = words;
}

async function connect() {
  try {
    const [models, decoders] = await Promise.all([get('/v1/models'), get('/cumae/v1/decoders')]);
    if (!models.data.length) throw new Refusal(503, { error: { message: 'no model is loaded yet' } });
    controls.offer(models.data, decoders.data);
    byId('send').disabled = false;
    health('ready', 'ready');
  } catch (fault) {
    byId('send').disabled = true;
    health('away', fault.status === 503 ? 'a model is being loaded' : 'the server cannot be reached');
    setTimeout(connect, 1000);
  }
}

window.addEventListener('resize', () => strip.draw());
startTheme();
startPages();
drawLegend();
showLedger(byId('ledger'), null);
if (matchMedia('(max-width: 1180px)').matches) byId('controls-fold').open = false;
connect();
if (!touch) byId('prompt').focus();
