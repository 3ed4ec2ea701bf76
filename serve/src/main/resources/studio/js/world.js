// The world page: a frame that can be pushed and pointed at, and what the world answers.
import { get, post } from './api.js';
import { arrow, draw, lengths, mark, outline } from './raster.js';

const byId = id => document.getElementById(id);
const ROUTE = '/cumae/v1/world';
const DRAG = 0.45; // of a cell, before a press is a push and not a click
const STEPS = 32;

const state = { worlds: [], frame: null, at: null, drag: null, overlay: null, layers: [], asking: null, begun: false };

/** Called when the page is turned to; answers with what to do when it is left. */
export function openWorld() {
  if (!state.begun) {
    state.begun = true;
    begin();
  }
  return () => state.asking?.abort();
}

async function begin() {
  const seen = byId('world-seen');
  seen.addEventListener('pointerdown', press);
  seen.addEventListener('pointermove', pull);
  seen.addEventListener('pointerup', release);
  seen.addEventListener('pointercancel', () => { state.drag = null; paint(); });
  seen.addEventListener('keydown', key);
  byId('world-choice').addEventListener('submit', event => event.preventDefault());
  byId('world-prompt-form').addEventListener('submit', event => { event.preventDefault(); prompt(byId('world-prompt').value); });
  byId('world-name').addEventListener('change', show);
  byId('world-scene').addEventListener('change', show);
  byId('world-another').addEventListener('click', () => {
    byId('world-scene').value = crypto.getRandomValues(new Uint16Array(1))[0];
    show();
  });
  for (const button of document.querySelectorAll('[data-ask]')) {
    button.addEventListener('click', () => ASKS[button.dataset.ask]());
  }
  byId('world-scrub').addEventListener('input', scrub);
  await asked('the worlds', async () => {
    state.worlds = (await get(ROUTE)).data;
    byId('world-name').replaceChildren(...state.worlds.map(world => new Option(world.id, world.id)));
    await show();
  });
}

const world = () => state.worlds.find(one => one.id === byId('world-name').value);
const shown = () => ({ world: world().id, scene: Math.trunc(Number(byId('world-scene').value)) || 0 });
const rows = () => world().rows;

async function show() {
  await asked('the scene', async signal => {
    const scene = await post(`${ROUTE}/scene`, shown(), signal);
    Object.assign(state, { frame: scene.frames[0], at: null, overlay: null, drag: null });
    for (const button of document.querySelectorAll('[data-ask="depth"]')) button.disabled = !world().knows.includes('c01');
    paint();
    answer([{ name: 'frame 1', raster: scene.frames[1] }], 'frame 1, as the scene goes on');
    told('');
  });
}

/** Runs a question; the one before is given up. What goes wrong is said. */
async function asked(what, work) {
  state.asking?.abort();
  const asking = new AbortController();
  state.asking = asking;
  const problem = byId('world-problem');
  document.body.dataset.world = 'asking';
  try {
    const begin = performance.now();
    const words = await work(asking.signal);
    if (words) told(`${words} ${((performance.now() - begin) / 1000).toFixed(2)} s.`);
    problem.hidden = true;
  } catch (refusal) {
    if (asking.signal.aborted) return;
    problem.textContent = `${what}: ${refusal.message}`;
    problem.hidden = false;
  } finally {
    if (state.asking === asking) document.body.dataset.world = 'ready';
  }
}

function told(words) { byId('world-told').textContent = words; }

const cost = answer => answer.passes === undefined ? '' : ` ${answer.passes} passes, ${answer.rows} rows.`;

// ------------------------------------------------------------- the frame

function paint() {
  const canvas = byId('world-seen');
  if (!state.frame) return;
  draw(canvas, state.frame);
  state.overlay?.(canvas);
  if (state.at) mark(canvas, state.at, rows());
  if (state.drag?.by) arrow(canvas, state.drag.at, state.drag.by.map(v => v / world().patch), rows());
}

function cellOf(event) {
  const box = byId('world-seen').getBoundingClientRect();
  const y = (event.clientY - box.top) / box.height * rows();
  const x = (event.clientX - box.left) / box.width * world().columns;
  return [y, x];
}

function press(event) {
  if (!state.frame || event.button !== 0) return;
  const [y, x] = cellOf(event);
  byId('world-seen').setPointerCapture(event.pointerId);
  state.overlay = null;
  state.at = [clamp(Math.floor(y), 0, rows() - 1), clamp(Math.floor(x), 0, world().columns - 1)];
  state.drag = { at: state.at, from: [y, x], by: null };
  paint();
}

function pull(event) {
  if (!state.drag) return;
  const [y, x] = cellOf(event);
  const [dy, dx] = [y - state.drag.from[0], x - state.drag.from[1]];
  state.drag.by = Math.hypot(dy, dx) < DRAG ? null : within([dx * world().patch, dy * world().patch]);
  paint();
}

function release() {
  const drag = state.drag;
  state.drag = null;
  if (!drag) return;
  if (drag.by) poke(drag.at, drag.by); else segment(drag.at);
}

/** No farther than the world knows motion, in the same direction, in whole pixels. */
function within([x, y]) {
  const most = Math.max(Math.abs(x), Math.abs(y));
  const scale = Math.min(1, world().reach / most);
  return [Math.round(x * scale), Math.round(y * scale)];
}

const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function key(event) {
  const step = ARROWS[event.key];
  if (!state.frame || !(step || event.key === 'Enter')) return;
  event.preventDefault();
  event.stopPropagation(); // the text page has keys of its own
  const at = state.at ?? [Math.floor(rows() / 2), Math.floor(world().columns / 2)];
  if (event.key === 'Enter') {
    segment(at);
  } else if (event.shiftKey) {
    poke(at, step.map(v => v * world().reach));
  } else {
    state.at = [clamp(at[0] + step[1], 0, rows() - 1), clamp(at[1] + step[0], 0, world().columns - 1)];
    state.overlay = null;
    byId('world-seen-words').textContent = `frame 0, patch ${state.at.join(', ')}`;
    paint();
  }
}

// ------------------------------------------------------------ the answer

/** Layers are rasters with names and words, of which one is shown; `over` draws on top of it. */
function answer(layers, words = '') {
  state.layers = layers.filter(layer => layer.raster).map(layer => ({ words, ...layer }));
  byId('world-scrub-row').hidden = true;
  const row = byId('world-layers');
  row.replaceChildren(...(state.layers.length < 2 ? [] : state.layers.map((layer, i) => {
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = 'world-layer';
    input.checked = i === 0;
    input.addEventListener('change', () => layerShown(i));
    const name = document.createElement('span');
    name.textContent = layer.name;
    label.append(input, name);
    return label;
  })));
  layerShown(0);
}

function layerShown(i) {
  const layer = state.layers[i];
  const canvas = byId('world-answer');
  canvas.hidden = !layer;
  if (!layer) return;
  draw(canvas, layer.raster);
  layer.over?.(canvas);
  byId('world-answer-words').textContent = layer.words;
  canvas.setAttribute('aria-label', `The answer: ${layer.name}`);
  canvas.dataset.layer = layer.name;
}

function scrub() {
  const i = Number(byId('world-scrub').value);
  byId('world-frame').textContent = i;
  layerShown(i);
}

// One arrow a patch that moves, the longest as long as a patch, so that they do not cross.
function arrows(motion) {
  const fast = lengths(motion);
  const longest = Math.max(...fast);
  return canvas => fast.forEach((length, i) => {
    if (length < 0.5) return;
    const by = [motion.values[2 * i] / longest * 0.8, motion.values[2 * i + 1] / longest * 0.8];
    arrow(canvas, [Math.floor(i / motion.columns), i % motion.columns], by, motion.rows, 0.75);
  });
}

async function prompt(words) {
  await asked('the prompt', async signal => {
    const found = await post(`${ROUTE}/ask`, { ...shown(), prompt: words }, signal);
    answer(Object.entries(found.items).filter(([, raster]) => raster.rows > 1)
      .map(([name, raster], i) => ({ name, raster, words: found.drawn[i] })));
    return `${found.written.length} patches drawn.${cost(found)}`;
  });
}

async function poke(at, by) {
  state.overlay = canvas => arrow(canvas, at, by.map(v => v / world().patch), rows());
  paint();
  byId('world-seen-words').textContent = `patch ${at.join(', ')} pushed by ${by.join(', ')}`;
  await asked('the push', async signal => {
    const found = await post(`${ROUTE}/poke`, { ...shown(), at, by, steps: STEPS }, signal);
    const moved = lengths(found.motion).filter(length => length > 0.5).length;
    answer([
      { name: 'what follows', raster: found.next, words: `frame 1 after the push, ${STEPS} patches one after the other` },
      { name: 'motion', raster: found.motion, over: arrows(found.motion), words: 'how each patch is expected to move' },
      { name: 'probability of moving', raster: found.probability, words: 'light: surely; dark: surely not' },
    ]);
    return `${moved} of ${rows() * world().columns} patches are expected to move.`;
  });
}

async function segment(at) {
  state.at = at;
  byId('world-seen-words').textContent = `frame 0, patch ${at.join(', ')}`;
  paint();
  await asked('the segment', async signal => {
    const found = await post(`${ROUTE}/segment`, { ...shown(), at }, signal);
    const one = found.segments[0];
    state.overlay = canvas => outline(canvas, one.mask);
    paint();
    answer([{ name: 'moves along', raster: one.score }], 'how much each patch moves along with it, over 8 pushes');
    return `${one.patches} patches belong to it.`;
  });
}

const ASKS = {
  async roll() {
    await asked('what comes next', async signal => {
      const last = world().frames - 1;
      const wanted = Array.from({ length: last }, (_, i) => `rgb${i + 1}:s2p=${STEPS}`).join(',');
      const seed = crypto.getRandomValues(new Uint16Array(1))[0];
      const found = await post(`${ROUTE}/ask`, { ...shown(), prompt: `rgb0->${wanted}`, seed }, signal);
      const words = `${STEPS} patches one after the other, then the rest at once; seed ${seed}`;
      const frames = Array.from({ length: last }, (_, i) => ({ name: `frame ${i + 1}`, raster: found.items[`rgb${i + 1}`], words }));
      answer([{ name: 'frame 0', raster: state.frame, words: 'frame 0, as given' }, ...frames]);
      byId('world-layers').replaceChildren();
      byId('world-scrub-row').hidden = false;
      Object.assign(byId('world-scrub'), { max: last, value: 1 });
      scrub();
      return found.prompt + '.' + cost(found);
    });
  },
  async entropy() {
    await asked('what is uncertain', async signal => {
      const prompt = 'rgb0->rgb1';
      const found = (await post(`${ROUTE}/entropy`, { ...shown(), prompt }, signal)).items.rgb1;
      const mean = found.entropy.values.reduce((sum, v) => sum + v, 0) / found.entropy.values.length;
      answer([
        { name: 'entropy', raster: found.entropy },
        { name: 'varentropy', raster: found.varentropy },
      ], 'of each patch of frame 1, given frame 0');
      return `${(mean / Math.log(2)).toFixed(2)} bits a patch in the mean.`;
    });
  },
  async motion() {
    await asked('what may move', async signal => {
      const found = await post(`${ROUTE}/motion`, shown(), signal);
      answer([
        { name: 'probability of moving', raster: found.probability },
        { name: 'expected motion', raster: found.motion, over: arrows(found.motion) },
      ], 'from frame 0 to frame 1');
      return `At most ${Math.max(...found.probability.values).toFixed(2)}.`;
    });
  },
  async flow() {
    await asked('where it went', async signal => {
      const { columns, patch, reach } = world();
      const far = Math.ceil(reach / patch); // no farther than anything that the world has seen go
      const found = await post(`${ROUTE}/flow`, { ...shown(), masks: 3, reveal: 0.3, reach: far }, signal);
      const motion = { rows: rows(), columns, channels: 2, values: new Array(2 * rows() * columns).fill(0) };
      const hidden = { rows: rows(), columns, channels: 1, values: new Array(rows() * columns).fill(0) };
      for (const { from: [y, x], motion: by, visible } of found.traces) {
        if (visible) motion.values.splice(2 * (y * columns + x), 2, ...by);
        else hidden.values[y * columns + x] = 1;
      }
      answer([
        { name: 'motion', raster: motion, over: arrows(motion) },
        { name: 'out of sight', raster: hidden },
      ], 'every patch traced from frame 0 to frame 1, 3 masks of 30 %');
      return `${found.traces.length} points traced.${cost(found)}`;
    });
  },
  async depth() {
    await asked('how far it is', async signal => {
      const { depth } = await post(`${ROUTE}/depth`, shown(), signal);
      answer([{ name: 'depth', raster: depth }], 'dark is near: told from how things would move if the camera did');
      const near = Math.min(...depth.values.filter(v => v !== null));
      const far = Math.max(...depth.values.filter(v => v !== null));
      return `The farthest is ${(far / near).toFixed(2)} times as far as the nearest.`;
    });
  },
};
