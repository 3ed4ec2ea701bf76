// Pictures: two models beside each other, each step as it was drawn.
import { get, post } from './api.js';
import { draw } from './raster.js';

const ROUTE = '/cumae/v1/images';
const LASTS = 2400; // milliseconds from the first step to the last
const PANES = [0, 1];

const at = id => document.getElementById(`picture-${id}`);
const state = { models: [], drawn: [null, null], asking: null, timer: null, begun: false };

/** Called when the page is turned to; answers with what to do when it is left. */
export function openPicture() {
  if (!state.begun) {
    state.begun = true;
    begin();
  }
  return () => { state.asking?.abort(); clearInterval(state.timer); };
}

async function begin() {
  at('form').addEventListener('submit', event => { event.preventDefault(); ask(); });
  at('another').addEventListener('click', () => {
    at('seed').value = crypto.getRandomValues(new Uint16Array(1))[0];
    ask();
  });
  at('scrub').addEventListener('input', () => { clearInterval(state.timer); paint(Number(at('scrub').value) / 1000); });
  for (const pane of PANES) at(`model-${pane}`).addEventListener('change', () => { offer(); ask(); });
  try {
    state.models = (await get(ROUTE)).data;
    if (state.models.length === 0) {
      problem('No model that draws is loaded; start ./cumae serve digits-rings digits-scales.');
      return;
    }
    for (const pane of PANES) {
      at(`model-${pane}`).replaceChildren(...state.models.map(model => new Option(`${model.id}: ${model.order}, ${model.steps} steps`, model.id)));
      at(`model-${pane}`).selectedIndex = Math.min(pane, state.models.length - 1);
    }
    offer();
    await ask();
  } catch (refusal) {
    problem(refusal.message);
  }
}

const model = pane => state.models.find(one => one.id === at(`model-${pane}`).value);

/** The classes that both models draw. */
function offer() {
  const both = model(0).classes.filter(name => model(1).classes.includes(name));
  const chosen = at('class').value;
  at('class').replaceChildren(...both.map(name => new Option(name, name)));
  if (both.includes(chosen)) at('class').value = chosen;
}

async function ask() {
  state.asking?.abort();
  clearInterval(state.timer);
  const asking = new AbortController();
  state.asking = asking;
  document.body.dataset.picture = 'asking';
  try {
    const body = { prompt: at('class').value, guidance: Number(at('guidance').value), seed: Math.trunc(Number(at('seed').value)) };
    state.drawn = await Promise.all(PANES.map(pane => post(`${ROUTE}/draw`, { ...body, model: model(pane).id }, asking.signal)));
    at('problem').hidden = true;
    play();
    document.body.dataset.picture = 'ready';
  } catch (refusal) {
    if (asking.signal.aborted) return;
    problem(refusal.message);
    document.body.dataset.picture = 'ready';
  }
}

function play() {
  at('scrub').max = 1000;
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    paint(1);
    return;
  }
  const begun = performance.now();
  state.timer = setInterval(() => {
    const share = Math.min(1, (performance.now() - begun) / LASTS);
    paint(share);
    if (share === 1) clearInterval(state.timer);
  }, 40);
}

/** Both pictures as far as a share of their steps. */
function paint(share) {
  at('scrub').value = Math.round(1000 * share);
  for (const pane of PANES) {
    const drawn = state.drawn[pane];
    if (!drawn) continue;
    const steps = drawn.steps.length;
    const step = Math.min(steps - 1, Math.floor(share * steps));
    draw(at(`seen-${pane}`), drawn.steps[step]);
    at(`seen-${pane}`).setAttribute('aria-label', `${at('class').value}, drawn by ${drawn.cumae.model}, step ${step + 1} of ${steps}`);
    at(`told-${pane}`).textContent = `Step ${step + 1} of ${steps}. ${drawn.cumae.passes} passes, ${drawn.cumae.seconds.toFixed(2)} s.`;
  }
}

function problem(words) {
  at('problem').textContent = words;
  at('problem').hidden = false;
}
