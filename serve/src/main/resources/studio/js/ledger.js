// What the run has cost so far, and at the end the server's own account of it.
import { number } from './run.js';

const REASONS = {
  stop: 'a stop was reached',
  length: 'the limit was reached',
  abort: 'stopped by you',
};

export function showLedger(root, run) {
  if (!run) {
    root.replaceChildren(paragraph('Passes, rows, tokens and seconds of a run are counted here.'));
    return;
  }
  const ledger = run.end?.ledger ?? run.events.at(-1)?.ledger ?? {};
  const own = run.cells().filter(cell => cell.state === 'committed').length - run.inherited;
  const emitted = ledger.emitted ?? own;
  const seconds = ledger.seconds ?? (run.lastAt ? (run.lastAt - run.began) / 1000 : 0);
  const big = document.createElement('p');
  big.className = 'ledger-big';
  const b = document.createElement('b');
  b.textContent = seconds > 0 && emitted > 0 ? number(emitted / seconds, emitted / seconds < 10 ? 1 : 0) : '–';
  const unit = document.createElement('span');
  unit.textContent = 'tokens a second';
  big.append(b, unit);
  const rows = document.createElement('dl');
  rows.className = 'ledger-rows';
  const row = (name, value, wide) => {
    if (value === undefined || value === null || value === '') return;
    const div = document.createElement('div');
    if (wide) div.className = 'wide';
    const dt = document.createElement('dt');
    const dd = document.createElement('dd');
    dt.textContent = name;
    dd.textContent = value;
    dd.dataset.name = name;
    div.append(dt, dd);
    rows.append(div);
  };
  row('emitted', number(emitted, 0));
  row('seconds', number(seconds, 2));
  row('forwards', whole(ledger.forwards));
  row('rows', whole(ledger.rows));
  row('prompt', whole(run.end?.usage?.prompt_tokens ?? run.start?.prompt_token_ids?.length));
  if (run.firstAt) row('first token', `${number(run.firstAt - run.began, 0)} ms`);
  for (const [name, value] of Object.entries(ledger)) {
    if (['emitted', 'seconds', 'forwards', 'rows'].includes(name) || typeof value !== 'number') continue;
    row(name.replaceAll('_', ' '), Number.isInteger(value) ? whole(value) : number(value, 3), name.length > 12);
  }
  if (run.start?.seed !== undefined) row('seed', String(run.start.seed), true);
  row('ended', ended(run), true);
  root.replaceChildren(big, rows);
}

function ended(run) {
  if (run.running) return 'still writing';
  if (run.status === 'stopped') return REASONS.abort;
  if (run.status === 'failed') return 'failed';
  const reason = run.end?.finish_reason;
  return reason ? `${reason}: ${REASONS[reason] ?? reason}` : '';
}

const whole = value => value === undefined || value === null ? undefined : number(value, 0);

function paragraph(text) {
  const p = document.createElement('p');
  p.className = 'note';
  p.textContent = text;
  return p;
}
