// Series in time: what follows them, how sure that is, which lags count, and how good it would have been.
import { get, post } from './api.js';
import { number } from './run.js';
import { tableOf } from './table.js';

const WIDE = 960;
const HIGH = 330;
const LEFT = 64;
const BOTTOM = 30;
const SHOWN = 3; // horizons of history beside one of forecast, at least
const LEAST_SHOWN = 60;

let started = false;
let answered = null; // the last answer, and of what it was
let run = null;

const at = id => document.getElementById(`forecast-${id}`);

/** Shows the page; the first time it is filled. */
export function openForecast() {
  if (started) return null;
  started = true;
  get('/cumae/v1/forecast').then(list => {
    at('model').replaceChildren(...list.data.map(one => option(one.id, `${one.id}: ${one.description}`)));
    at('model').value = 'least-squares';
  }).catch(problem => tell(problem.message));
  at('table').addEventListener('input', columns);
  at('file').addEventListener('change', () => take(at('file').files[0]));
  const drop = at('drop');
  drop.addEventListener('dragover', event => event.preventDefault());
  drop.addEventListener('drop', event => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  at('example').addEventListener('click', () => {
    at('table').value = example();
    at('horizon').value = 12;
    columns();
    ask(false);
  });
  at('form').addEventListener('submit', event => {
    event.preventDefault();
    ask(event.submitter?.value === 'evaluate');
  });
  at('which').addEventListener('change', draw);
  columns();
  return null;
}

function option(value, words) {
  const node = document.createElement('option');
  node.value = value;
  node.textContent = words;
  return node;
}

async function take(file) {
  if (!file) return;
  at('table').value = await file.text();
  columns();
}

/** Offers the columns of the header as the target. */
function columns() {
  const header = at('table').value.split('\n', 1)[0].split(',').map(name => name.trim()).filter(Boolean);
  const before = at('target').value;
  at('target').replaceChildren(option('', 'the only one, or y'), ...header.map(name => option(name, name)));
  if (header.includes(before)) at('target').value = before;
}

/** Made up: eight years of months that grow, with a season and some chance. */
function example() {
  let seed = 7;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
  const rows = ['month,visitors'];
  for (let i = 0; i < 96; i++) {
    const season = 1 + 0.22 * Math.sin((i - 3) * Math.PI / 6) + 0.08 * Math.cos(i * Math.PI / 3);
    const month = `${2016 + Math.floor(i / 12)}-${String(i % 12 + 1).padStart(2, '0')}-01`;
    rows.push(`${month},${Math.round((210 + 2.6 * i) * season * (1 + 0.07 * chance()))}`);
  }
  return rows.join('\n');
}

function tell(problem) {
  at('problem').textContent = problem;
  at('problem').hidden = !problem;
}

async function ask(evaluating) {
  run?.abort();
  run = new AbortController();
  const own = run;
  tell('');
  document.body.dataset.forecast = 'asking';
  const horizon = Number(at('horizon').value);
  const body = { csv: at('table').value, model: at('model').value, horizon, history: Math.max(LEAST_SHOWN, SHOWN * horizon) };
  if (at('target').value) body.target = at('target').value;
  if (at('lags').value) body.lags = Number(at('lags').value);
  if (at('trend').value !== 'none') body.trend = at('trend').value;
  if (at('seasons').value) body.seasons = [at('seasons').value];
  if (evaluating) body.evaluate = 0.2;
  try {
    const answer = await post('/v1/forecast', body, own.signal);
    answered = answer;
    at('which').replaceChildren(...answer.series.map((one, i) => option(i, one.name)));
    at('which-field').hidden = answer.series.length < 2;
    draw();
  } catch (problem) {
    if (problem.name !== 'AbortError') tell(problem.message);
  } finally {
    if (own === run) document.body.dataset.forecast = 'ready';
  }
}

function draw() {
  const series = answered.series[Number(at('which').value) || 0];
  at('told').textContent = `${series.name}: ${number(series.values, 0)} values every ${series.every}`
    + (series.unknown ? `, ${number(series.unknown, 0)} of them unknown` : '')
    + (series.forecaster ? `; ${series.forecaster}` : '');
  const shown = [];
  if (series.forecast) shown.push(fan(series));
  if (series.forecast?.[0].parts) shown.push(parts(series.forecast));
  if (series.weights) shown.push(bars(series.weights));
  if (series.evaluation) shown.push(scores(series.evaluation));
  at('answer').replaceChildren(...shown);
}

function svgNode(name, attributes, words) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (words !== undefined) node.textContent = words;
  return node;
}

function figure(title, words, svg) {
  const node = document.createElement('figure');
  const caption = document.createElement('figcaption');
  const b = document.createElement('b');
  b.textContent = title;
  const span = document.createElement('span');
  span.textContent = words;
  caption.append(b, span);
  node.append(caption, svg);
  return node;
}

/** Round numbers between two, few of them. */
function ticks(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= rough);
  const all = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-9; v += step) all.push(Math.abs(v) < step * 1e-9 ? 0 : v);
  return { all, digits: Math.max(0, -Math.floor(Math.log10(step))) };
}

function scale(low, high, from, to) {
  const range = high > low ? high - low : 1;
  return v => from + (v - low) / range * (to - from);
}

function line(points) {
  let path = '';
  let pen = false;
  for (const [x, y] of points) {
    if (y === null) { pen = false; continue; }
    path += `${pen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = true;
  }
  return path;
}

function fan(series) {
  const { history, forecast } = series;
  const known = history.map(one => one.value).filter(value => value !== null);
  const low = Math.min(...known, ...forecast.map(one => one.lower));
  const high = Math.max(...known, ...forecast.map(one => one.upper));
  const x = scale(0, history.length + forecast.length - 1, LEFT, WIDE - 10);
  const y = scale(low, high, HIGH - BOTTOM - 6, 10);
  const svg = svgNode('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'img', 'aria-label': `the last ${history.length} values of ${series.name} and ${forecast.length} forecast ones` });
  const { all, digits } = ticks(low, high);
  for (const value of all) {
    svg.append(svgNode('path', { class: 'grid', d: `M${LEFT} ${y(value).toFixed(1)}H${WIDE - 10}` }));
    svg.append(svgNode('text', { class: 'tick', x: LEFT - 8, y: y(value) + 4, 'text-anchor': 'end' }, number(value, digits)));
  }
  const begin = history.length;
  const time = i => (i < begin ? history[i].time : forecast[i - begin].time).replace('T00:00', '').replace('T', ' ');
  for (const [i, anchor] of [[0, 'start'], [begin, 'middle'], [begin + forecast.length - 1, 'end']]) {
    svg.append(svgNode('text', { class: 'tick', x: x(i), y: HIGH - 8, 'text-anchor': anchor }, time(i)));
  }
  const above = forecast.map((one, i) => `${x(begin + i).toFixed(1)},${y(one.upper).toFixed(1)}`);
  const below = forecast.map((one, i) => `${x(begin + i).toFixed(1)},${y(one.lower).toFixed(1)}`).reverse();
  svg.append(svgNode('polygon', { class: 'band', points: [...above, ...below].join(' ') }));
  svg.append(svgNode('path', { class: 'known', d: line(history.map((one, i) => [x(i), one.value === null ? null : y(one.value)])) }));
  const last = history.at(-1).value;
  const start = last === null ? [] : [[x(begin - 1), y(last)]];
  svg.append(svgNode('path', { class: 'mean', d: line([...start, ...forecast.map((one, i) => [x(begin + i), y(one.mean)])]) }));
  svg.append(svgNode('path', { class: 'now', d: `M${x(begin - 1).toFixed(1)} 6V${HIGH - BOTTOM}` }));
  const mark = svgNode('path', { class: 'mark', d: '' });
  svg.append(mark);
  const node = figure('What follows', 'and where nine in ten should lie', svg);
  const read = document.createElement('p');
  read.className = 'read';
  read.textContent = 'Move over the picture to read it.';
  svg.addEventListener('pointermove', event => {
    const box = svg.getBoundingClientRect();
    const place = (event.clientX - box.left) / box.width * WIDE;
    const i = Math.max(0, Math.min(begin + forecast.length - 1, Math.round((place - LEFT) / (WIDE - 10 - LEFT) * (begin + forecast.length - 1))));
    mark.setAttribute('d', `M${x(i).toFixed(1)} 6V${HIGH - BOTTOM}`);
    const said = i < begin ? (history[i].value === null ? 'unknown' : number(history[i].value, 2))
      : `${number(forecast[i - begin].mean, 2)}, between ${number(forecast[i - begin].lower, 2)} and ${number(forecast[i - begin].upper, 2)}`;
    read.textContent = `${time(i)}: ${said}`;
  });
  node.append(read);
  return node;
}

/** What each part adds to what follows: a line each, named where it ends. */
function parts(forecast) {
  const high = 220;
  const names = Object.keys(forecast[0].parts);
  const values = names.map(name => forecast.map(one => one.parts[name]));
  const low = Math.min(0, ...values.flat());
  const top = Math.max(0, ...values.flat());
  const right = WIDE - 90; // behind it stand the names
  const x = scale(0, Math.max(1, forecast.length - 1), LEFT, right);
  const y = scale(low, top, high - BOTTOM, 10);
  const svg = svgNode('svg', { viewBox: `0 0 ${WIDE} ${high}`, role: 'img', 'aria-label': `what ${names.join(', ')} add` });
  const { all, digits } = ticks(low, top);
  for (const value of all) {
    svg.append(svgNode('path', { class: 'grid', d: `M${LEFT} ${y(value).toFixed(1)}H${right}` }));
    svg.append(svgNode('text', { class: 'tick', x: LEFT - 8, y: y(value) + 4, 'text-anchor': 'end' }, number(value, digits)));
  }
  const ends = names.map((name, i) => ({ name, i, at: y(values[i].at(-1)) + 4 })).sort((a, b) => a.at - b.at);
  ends.forEach((end, k) => { if (k) end.at = Math.max(end.at, ends[k - 1].at + 14); });
  for (const { name, i, at: height } of ends) {
    svg.append(svgNode('path', { class: `part p${i % 4}`, d: line(values[i].map((value, step) => [x(step), y(value)])) }));
    svg.append(svgNode('text', { class: `part-name p${i % 4}`, x: right + 8, y: Math.min(high - 4, height) }, name));
  }
  return figure('What explains it', 'what each part adds to the forecast; the model learned what is left', svg);
}

function bars(weights) {
  const high = 200;
  const size = one => Math.abs(one.weight) + (one.counts ? 2 * one.error : 0);
  const most = Math.max(...weights.map(size), 1e-9);
  const x = scale(1, Math.max(2, weights.length), LEFT + 8, WIDE - 18);
  const y = scale(-most, most, high - BOTTOM, 8);
  const width = Math.max(1.5, Math.min(14, 0.7 * (WIDE - LEFT) / weights.length));
  const svg = svgNode('svg', { viewBox: `0 0 ${WIDE} ${high}`, role: 'img', 'aria-label': 'the weight of each lag' });
  for (const value of [-most, 0, most]) {
    svg.append(svgNode('path', { class: 'grid', d: `M${LEFT} ${y(value).toFixed(1)}H${WIDE - 10}` }));
    svg.append(svgNode('text', { class: 'tick', x: LEFT - 8, y: y(value) + 4, 'text-anchor': 'end' }, number(value, 2)));
  }
  for (const one of weights) {
    const top = Math.min(y(0), y(one.weight));
    const bar = svgNode('rect', { class: one.counts ? 'lag' : 'lag none', x: x(one.lag) - width / 2, y: top, width, height: Math.max(0.5, Math.abs(y(one.weight) - y(0))) });
    bar.append(svgNode('title', {}, `${one.lag} ago: ${number(one.weight, 3)}${one.counts ? ` ± ${number(one.error, 3)}` : ', does not count'}`));
    svg.append(bar);
    if (one.counts) svg.append(svgNode('path', { class: 'whisker', d: `M${x(one.lag).toFixed(1)} ${y(one.weight - 2 * one.error).toFixed(1)}V${y(one.weight + 2 * one.error).toFixed(1)}` }));
  }
  for (const [lag, anchor] of [[1, 'start'], [Math.ceil(weights.length / 2), 'middle'], [weights.length, 'end']]) {
    svg.append(svgNode('text', { class: 'tick', x: x(lag), y: high - 8, 'text-anchor': anchor }, `${lag} ago`));
  }
  const counting = weights.filter(one => one.counts).length;
  return figure('What it looks at', `${counting} of ${weights.length} lags count; the whiskers are two standard errors`, svg);
}

function scores(evaluation) {
  const part = document.createElement('div');
  const title = document.createElement('h2');
  title.textContent = 'How good it would have been';
  const note = document.createElement('p');
  note.className = 'note';
  note.textContent = 'Learned from the first four fifths; the rest was forecast one horizon at a time. Less is better, but for the last column, which should be 90.';
  const say = value => value === null ? '–' : number(value, 3);
  part.append(title, note, tableOf(
    ['model', 'MSE', 'MAE', 'sMAPE', 'MASE', 'CRPS', 'inside, %'],
    evaluation.map(one => [one.model, say(one.mse), say(one.mae), say(one.smape), say(one.mase), say(one.crps), number(100 * one.coverage, 0)])));
  return part;
}
