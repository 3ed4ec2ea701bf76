// The studio's pages: what the top bar lists and what each shows. A new page is one row here and a <main> in index.html.
import { get } from './api.js';
import { watchEngine } from './engine.js';
import { openForecast } from './forecast.js';
import { openPicture } from './picture.js';
import { tableOf } from './table.js';
import { openWorld } from './world.js';

const PAGES = [
  { name: 'text', title: 'Text' },
  { name: 'world', title: 'World', open: openWorld },
  { name: 'picture', title: 'Picture', open: openPicture },
  { name: 'forecast', title: 'Forecast', open: openForecast },
  { name: 'engine', title: 'Engine', open: watchEngine },
  { name: 'api', title: 'API', open: showApi },
];

let leave = null;

export function startPages() {
  const list = document.getElementById('pages');
  list.replaceChildren(...PAGES.map(page => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = `#/${page.name}`;
    link.textContent = page.title;
    item.append(link);
    return item;
  }));
  window.addEventListener('hashchange', turn);
  turn();
}

function turn() {
  const name = location.hash.slice(2) || 'text';
  const page = PAGES.find(one => one.name === name) ?? PAGES[0];
  leave?.();
  leave = null;
  for (const one of PAGES) document.getElementById(`page-${one.name}`).hidden = one !== page;
  for (const link of document.querySelectorAll('#pages a')) {
    if (link.hash === `#/${page.name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = page.name === 'text' ? 'Cumae studio' : `${page.title}, Cumae studio`;
  leave = page.open?.(document.getElementById(page.name)) ?? null;
}

const ROUTES = [
  ['GET', '/v1/models', 'the models that are loaded'],
  ['POST', '/v1/completions', 'continues a prompt: text, token ids, or lists of either'],
  ['POST', '/v1/chat/completions', 'answers messages, for models with a chat template'],
  ['POST', '/cumae/v1/generate', 'the native stream: every step with its probability and its alternatives'],
  ['GET', '/cumae/v1/decoders', 'the decoders and their parameters'],
  ['GET', '/cumae/v1/world', 'the worlds, and what each knows'],
  ['POST', '/cumae/v1/world/ask', 'draws what a prompt such as rgb0->rgb1 wants; also scene, flow, motion, poke, segment, depth, edit, entropy'],
  ['POST', '/v1/images/generations', 'draws pictures of a class, as PNG; with stream, previews while they come into being'],
  ['GET', '/cumae/v1/images', 'the models that draw, and what'],
  ['POST', '/v1/forecast', 'what follows series in time, given as CSV or as rows'],
  ['POST', '/tokenize', 'text to token ids'],
  ['POST', '/detokenize', 'token ids to text'],
  ['GET', '/props', 'the defaults in force'],
  ['GET', '/metrics', 'Prometheus text'],
  ['GET', '/health/live', 'the process answers'],
  ['GET', '/health/ready', 'a model is loaded and the server takes work'],
];

function showApi(root) {
  const code = words => { const node = document.createElement('code'); node.textContent = words; return node; };
  const example = document.createElement('pre');
  example.tabIndex = 0;
  example.textContent = `curl ${location.origin}/v1/completions \\
  -H 'content-type: application/json' \\
  -d '{"model": "MODEL", "prompt": "To be", "max_tokens": 60, "temperature": 0, "stream": true}'`;
  get('/v1/models').then(list => {
    example.textContent = example.textContent.replace('MODEL', list.data[0]?.id ?? 'MODEL');
  }).catch(() => {});
  root.replaceChildren(tableOf(['', 'route', 'what it does'], ROUTES.map(([verb, route, words]) => [verb, code(route), words]), [0, 1, 2]), heading('Try it'), example);
}

function heading(words) {
  const node = document.createElement('h2');
  node.textContent = words;
  return node;
}
