// The studio's pages: what the top bar lists and what each shows. A new page is one row here and a <main> in index.html.
import { get, text } from './api.js';
import { number } from './run.js';
import { openWorld } from './world.js';

const PAGES = [
  { name: 'text', title: 'Text' },
  { name: 'world', title: 'World', open: openWorld },
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

/** Reads the metrics each second while the page is open. */
function watchEngine(root) {
  let before = null;
  const look = async () => {
    try {
      const now = parseMetrics(await text('/metrics'));
      const seconds = before ? (now.time - before.time) / 1000 : 0;
      const rate = name => before ? (now.sum(name) - before.sum(name)) / seconds : 0;
      const tiles = [
        ['requests running', now.sum('vllm:num_requests_running'), 0],
        ['requests waiting', now.sum('vllm:num_requests_waiting'), 0],
        ['tokens a second', rate('vllm:generation_tokens_total'), 1],
        ['passes a second', rate('cumae_forward_passes_total'), 1],
        ['tokens written', now.sum('vllm:generation_tokens_total'), 0],
        ['prompt tokens read', now.sum('vllm:prompt_tokens_total'), 0],
        ['requests answered', now.sum('vllm:request_success_total'), 0],
        ['passes', now.sum('cumae_forward_passes_total'), 0],
        ['rows a pass, lately', ratio(rate('cumae_engine_rows_total'), rate('cumae_engine_passes_total')), 1],
        ['of memory for contexts, in %', 100 * now.sum('vllm:kv_cache_usage_perc') / Math.max(1, now.rows('vllm:kv_cache_usage_perc').length), 1],
        ['MiB kept of earlier prompts', now.sum('cumae_prefix_cache_bytes') / 2 ** 20, 1],
        ['of prompt rows found there, in %', 100 * ratio(now.sum('vllm:prefix_cache_hits_total'), now.sum('vllm:prefix_cache_queries_total')), 1],
        ['gave up memory and came back', now.sum('vllm:num_preemptions_total'), 0],
        ['refused or late', now.sum('cumae_requests_refused_total') + now.sum('cumae_requests_late_total'), 0],
      ];
      root.replaceChildren(tileList(tiles), decoderTable(now));
      before = now;
    } catch (problem) {
      root.textContent = `The metrics cannot be read: ${problem.message}`;
    }
  };
  look();
  const timer = setInterval(look, 1000);
  return () => clearInterval(timer);
}

function ratio(part, whole) {
  return whole > 0 ? part / whole : 0;
}

function tileList(tiles) {
  const list = document.createElement('div');
  list.className = 'tiles';
  for (const [name, value, digits] of tiles) {
    const tile = document.createElement('div');
    tile.className = 'tile';
    const b = document.createElement('b');
    b.textContent = number(value, digits);
    const span = document.createElement('span');
    span.textContent = name;
    tile.append(b, span);
    list.append(tile);
  }
  return list;
}

function decoderTable(now) {
  const rows = now.rows('cumae_tokens_committed_total');
  const part = document.createElement('div');
  if (!rows.length) return part;
  const title = document.createElement('h2');
  title.textContent = 'By decoder';
  part.append(title, tableOf(
    ['decoder', 'rows', 'tokens', 'rows a token', 'tokens a draft'],
    rows.map(({ labels, value }) => {
      const worked = now.rows('cumae_rows_total').find(row => row.labels.decoder === labels.decoder)?.value ?? 0;
      const mean = suffix => now.rows(`cumae_accepted_length_${suffix}`).filter(row => row.labels.decoder === labels.decoder).reduce((sum, row) => sum + row.value, 0);
      const drafts = mean('count');
      return [labels.decoder, number(worked, 0), number(value, 0), value ? number(worked / value, 2) : '–', drafts ? number(mean('sum') / drafts, 2) : '–'];
    })));
  return part;
}

export function tableOf(heads, rows, leftColumns = [0]) {
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  heads.forEach((words, i) => {
    const th = document.createElement('th');
    th.scope = 'col';
    th.textContent = words;
    if (leftColumns.includes(i)) th.className = 't';
    head.append(th);
  });
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((value, i) => {
      const cell = line.insertCell();
      if (leftColumns.includes(i)) cell.className = 't';
      if (value instanceof Node) cell.append(value); else cell.textContent = value;
    });
  }
  const scroll = document.createElement('div');
  scroll.className = 'table-scroll';
  scroll.append(table);
  return scroll;
}

function parseMetrics(body) {
  const rows = [];
  for (const line of body.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([^ ]+)/.exec(line);
    if (!match) continue;
    const labels = Object.fromEntries([...(match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(m => [m[1], m[2]]));
    rows.push({ name: match[1], labels, value: Number(match[3]) });
  }
  return {
    time: performance.now(),
    rows: name => rows.filter(row => row.name === name),
    sum: name => rows.filter(row => row.name === name).reduce((sum, row) => sum + row.value, 0),
  };
}

const ROUTES = [
  ['GET', '/v1/models', 'the models that are loaded'],
  ['POST', '/v1/completions', 'continues a prompt: text, token ids, or lists of either'],
  ['POST', '/v1/chat/completions', 'answers messages, for models with a chat template'],
  ['POST', '/cumae/v1/generate', 'the native stream: every step with its probability and its alternatives'],
  ['GET', '/cumae/v1/decoders', 'the decoders and their parameters'],
  ['GET', '/cumae/v1/world', 'the worlds, and what each knows'],
  ['POST', '/cumae/v1/world/ask', 'draws what a prompt such as rgb0->rgb1 wants; also scene, flow, motion, poke, segment, depth, edit, entropy'],
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
