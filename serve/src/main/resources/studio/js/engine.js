// The engine at work: what it carries now, and what it carried in the last two minutes.
import { text } from './api.js';
import { number } from './run.js';
import { tableOf } from './table.js';

const KEPT = 120; // looks, one a second
const WIDE = 320;
const HIGH = 84;

/** Each figure: its title, its lines by name, how its value is said. Stacked lines lie on each other. */
const FIGURES = [
  { name: 'requests', title: 'Requests', lines: ['running', 'waiting'], say: v => number(v, 0) },
  { name: 'tokens', title: 'Tokens a second', lines: ['written', 'read'], say: v => number(v, 0) },
  { name: 'memory', title: 'Memory for contexts, %', lines: ['running', 'kept'], most: 100, stacked: true, say: v => number(v, 1) },
  { name: 'rows', title: 'Rows a second, by decoder', stacked: true, say: v => number(v, 0) },
];

/** Reads the metrics each second while the page is open. */
export function watchEngine(root) {
  const looks = [];
  let before = null;
  let closed = false;
  const look = async () => {
    try {
      const now = parseMetrics(await text('/metrics'));
      if (closed) return;
      if (before) {
        looks.push(sample(before, now));
        if (looks.length > KEPT) looks.shift();
      }
      root.replaceChildren(figures(looks), decoderTable(before ?? now, now), tileList(totals(now)));
      before = now;
    } catch (problem) {
      root.textContent = `The metrics cannot be read: ${problem.message}`;
    }
  };
  look();
  const timer = setInterval(look, 1000);
  return () => { closed = true; clearInterval(timer); };
}

function ratio(part, whole) {
  return whole > 0 ? part / whole : 0;
}

function rateOf(before, now, name, decoder) {
  const seconds = (now.time - before.time) / 1000;
  return seconds > 0 ? Math.max(0, (now.sum(name, decoder) - before.sum(name, decoder)) / seconds) : 0;
}

/** What one look says, by figure and line. */
function sample(before, now) {
  const models = Math.max(1, now.rows('vllm:kv_cache_usage_perc').length);
  const held = now.sum('cumae_kv_cache_bytes');
  const used = 100 * now.sum('vllm:kv_cache_usage_perc') / models;
  const kept = now.sum('cumae_prefix_cache_bytes');
  return {
    requests: { running: now.sum('vllm:num_requests_running'), waiting: now.sum('vllm:num_requests_waiting') },
    tokens: { written: rateOf(before, now, 'cumae_live_tokens_total'), read: rateOf(before, now, 'vllm:prompt_tokens_total') },
    // what is kept is told in bytes, what is in use as a share: their ratio gives the one in the other
    memory: { running: used, kept: held > kept ? used * ratio(kept, held - kept) : 0 },
    rows: Object.fromEntries(decoders(now).map(name => [name, rateOf(before, now, 'cumae_live_rows_total', name)])),
  };
}

function decoders(now) {
  return [...new Set(now.rows('cumae_live_rows_total').map(row => row.labels.decoder))].sort();
}

function figures(looks) {
  const all = document.createElement('div');
  all.className = 'figures';
  for (const figure of FIGURES) {
    const lines = figure.lines ?? [...new Set(looks.flatMap(one => Object.keys(one[figure.name])))];
    all.append(drawn(figure, lines, looks.map(one => one[figure.name])));
  }
  return all;
}

function drawn(figure, lines, looks) {
  const last = looks.at(-1) ?? {};
  const node = document.createElement('figure');
  node.dataset.name = figure.name;
  const caption = document.createElement('figcaption');
  const title = document.createElement('b');
  title.textContent = figure.title;
  caption.append(title);
  lines.forEach((line, i) => {
    const part = document.createElement('span');
    part.className = `line l${i % 4}`;
    part.dataset.line = line;
    part.textContent = `${line} ${figure.say(last[line] ?? 0)}`;
    caption.append(part);
  });
  const values = looks.map(one => {
    let below = 0;
    return lines.map(line => (below = (figure.stacked ? below : 0) + (one[line] ?? 0)));
  });
  const most = figure.most ?? Math.max(1, ...values.flat());
  const svg = svgNode('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  svg.append(svgNode('path', { class: 'ground', d: `M0 ${HIGH - 1}H${WIDE}` }));
  lines.map((_, i) => i).reverse().forEach(i => {
    const points = values.map((one, at) => {
      const x = WIDE - (values.length - 1 - at) * WIDE / (KEPT - 1);
      return `${x.toFixed(1)},${(HIGH - 2 - (HIGH - 6) * Math.min(1, one[i] / most)).toFixed(1)}`;
    });
    if (figure.stacked && points.length > 1) {
      const first = points[0].split(',')[0];
      svg.append(svgNode('polygon', { class: `area l${i % 4}`, points: `${first},${HIGH - 1} ${points.join(' ')} ${WIDE},${HIGH - 1}` }));
    }
    svg.append(svgNode('polyline', { class: `curve l${i % 4}`, points: points.join(' ') }));
  });
  const top = document.createElement('span');
  top.className = 'top-of-axis';
  top.textContent = `up to ${figure.say(most)}`;
  node.append(caption, top, svg);
  return node;
}

function svgNode(name, attributes) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function totals(now) {
  return [
    ['requests answered', now.sum('vllm:request_success_total'), 0],
    ['tokens written', now.sum('vllm:generation_tokens_total'), 0],
    ['prompt tokens read', now.sum('vllm:prompt_tokens_total'), 0],
    ['passes', now.sum('cumae_engine_passes_total'), 0],
    ['rows a pass', ratio(now.sum('cumae_engine_rows_total'), now.sum('cumae_engine_passes_total')), 1],
    ['MiB kept of earlier prompts', now.sum('cumae_prefix_cache_bytes') / 2 ** 20, 1],
    ['of prompt rows found there, in %', 100 * ratio(now.sum('vllm:prefix_cache_hits_total'), now.sum('vllm:prefix_cache_queries_total')), 1],
    ['gave up memory and came back', now.sum('vllm:num_preemptions_total'), 0],
    ['refused or late', now.sum('cumae_requests_refused_total') + now.sum('cumae_requests_late_total'), 0],
  ];
}

function tileList(tiles) {
  const part = document.createElement('div');
  const title = document.createElement('h2');
  title.textContent = 'Since the start';
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
  part.append(title, list);
  return part;
}

function decoderTable(before, now) {
  const part = document.createElement('div');
  const names = decoders(now);
  if (!names.length) return part;
  const title = document.createElement('h2');
  title.textContent = 'By decoder';
  const share = (above, below, digits) => below > 0 ? number(above / below, digits) : '–';
  part.append(title, tableOf(
    ['decoder', 'running', 'rows a second', 'tokens a second', 'rows a token', 'tokens accepted of a draft'],
    names.map(name => [
      name,
      number(now.sum('cumae_requests_running', name), 0),
      number(rateOf(before, now, 'cumae_live_rows_total', name), 0),
      number(rateOf(before, now, 'cumae_live_tokens_total', name), 0),
      share(now.sum('cumae_rows_total', name), now.sum('cumae_tokens_committed_total', name), 2),
      share(now.sum('cumae_accepted_length_sum', name), now.sum('cumae_accepted_length_count', name), 2),
    ])));
  return part;
}

function parseMetrics(body) {
  const rows = [];
  for (const line of body.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([^ ]+)/.exec(line);
    if (!match) continue;
    const labels = Object.fromEntries([...(match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(m => [m[1], m[2]]));
    rows.push({ name: match[1], labels, value: Number(match[3]) });
  }
  const of = (name, decoder) => rows.filter(row => row.name === name && (decoder === undefined || row.labels.decoder === decoder));
  return {
    time: performance.now(),
    rows: of,
    sum: (name, decoder) => of(name, decoder).reduce((sum, row) => sum + row.value, 0),
  };
}
