// Model, decoder and sampling: what the person has set, as the fields of a request.

const SLIDERS = ['temperature', 'top_p', 'min_p'];
const byId = id => document.getElementById(id);

export class Controls {
  constructor() {
    this.models = [];
    this.decoders = [];
    for (const name of SLIDERS) this.#couple(byId(name), byId(`${name}-number`));
    byId('dice').addEventListener('click', () => { byId('seed').value = drawSeed(); });
    byId('model').addEventListener('change', () => this.#describeModel());
    byId('decoder').addEventListener('change', () => this.#describeDecoder());
  }

  offer(models, decoders) {
    this.models = models;
    this.decoders = decoders;
    fill(byId('model'), models.map(model => [model.id, model.id]));
    fill(byId('decoder'), decoders.map(decoder => [decoder.name, decoder.title ?? decoder.name]));
    this.#describeModel();
    this.#describeDecoder();
  }

  get model() { return this.models.find(model => model.id === byId('model').value); }
  get decoder() { return this.decoders.find(decoder => decoder.name === byId('decoder').value); }
  get chats() { return Boolean(this.model?.cumae?.chat); }

  /** The fields that are the same for a first run and for a branch. */
  read() {
    const number = name => {
      const input = byId(SLIDERS.includes(name) ? `${name}-number` : name);
      return input.value.trim() === '' ? null : Number(input.value);
    };
    const fields = {
      model: byId('model').value,
      max_tokens: number('max_tokens') ?? 120,
    };
    if (number('temperature') !== null) fields.temperature = number('temperature');
    if (number('top_p') !== null && number('top_p') !== 1) fields.top_p = number('top_p');
    if (number('min_p')) fields.min_p = number('min_p');
    if (number('top_k')) fields.top_k = number('top_k');
    if (number('seed') !== null) fields.seed = number('seed');
    const stop = byId('stop').value.split('\n').filter(Boolean).map(unescape);
    if (stop.length) fields.stop = stop;
    const decoder = this.#decoderField();
    if (decoder) fields.decoder = decoder;
    return fields;
  }

  #decoderField() {
    if (!this.decoder) return null;
    const chosen = {};
    for (const input of byId('decoder-parameters').querySelectorAll('[data-parameter]')) {
      const value = input.type === 'checkbox' ? input.checked : input.value;
      if (String(value) === input.dataset.standard || value === '') continue;
      chosen[input.dataset.parameter] = input.type === 'number' ? Number(value) : value;
    }
    return Object.keys(chosen).length ? { name: this.decoder.name, ...chosen } : this.decoder.name;
  }

  #couple(range, number) {
    const paint = () => {
      const share = (range.value - range.min) / (range.max - range.min);
      range.style.setProperty('--fill', `${100 * share}%`);
    };
    range.addEventListener('input', () => { number.value = range.value; paint(); });
    number.addEventListener('input', () => { range.value = number.value; paint(); });
    paint();
  }

  #describeModel() {
    const model = this.model;
    const facts = [];
    if (model?.cumae?.description) facts.push(model.cumae.description);
    if (model?.max_model_len) facts.push(`${model.max_model_len.toLocaleString('en')} tokens of context`);
    if (model?.cumae?.vocabulary) facts.push(`${model.cumae.vocabulary.toLocaleString('en')} tokens known`);
    byId('model-note').textContent = facts.join(', ');
    byId('mode').hidden = !this.chats;
    if (!this.chats) document.querySelector('input[name="mode"][value="text"]').checked = true;
    document.dispatchEvent(new CustomEvent('model-chosen'));
  }

  #describeDecoder() {
    const decoder = this.decoder;
    byId('decoder-note').textContent = decoder?.summary ?? '';
    byId('decoder-parameters').replaceChildren(...(decoder?.parameters ?? []).map(parameterField));
  }
}

function parameterField(parameter) {
  const field = document.createElement('div');
  field.className = 'field';
  const id = `parameter-${parameter.name}`;
  const label = document.createElement('label');
  label.htmlFor = id;
  label.textContent = parameter.name.replaceAll('_', ' ');
  let input;
  if (parameter.choices) {
    input = document.createElement('select');
    fill(input, parameter.choices.map(choice => [choice, choice]));
  } else {
    input = document.createElement('input');
    input.type = { integer: 'number', number: 'number', boolean: 'checkbox' }[parameter.type] ?? 'text';
    if (input.type === 'number') {
      if (parameter.minimum !== undefined && parameter.minimum !== null) input.min = parameter.minimum;
      if (parameter.maximum !== undefined && parameter.maximum !== null) input.max = parameter.maximum;
      input.step = parameter.type === 'integer' ? 1 : 'any';
    }
  }
  input.id = id;
  input.dataset.parameter = parameter.name;
  input.dataset.standard = String(parameter.default ?? '');
  if (input.type === 'checkbox') input.checked = parameter.default === true;
  else input.value = parameter.default ?? '';
  field.append(label, input);
  if (parameter.description) {
    const note = document.createElement('p');
    note.className = 'note';
    note.id = `${id}-note`;
    note.textContent = parameter.description;
    input.setAttribute('aria-describedby', note.id);
    field.append(note);
  }
  return field;
}

function fill(select, pairs) {
  const before = select.value;
  select.replaceChildren(...pairs.map(([value, words]) => new Option(words, value)));
  if (pairs.some(([value]) => value === before)) select.value = before;
}

const unescape = line => line.replace(/\\(n|t|\\)/g, (_, c) => ({ n: '\n', t: '\t', '\\': '\\' })[c]);

export const drawSeed = () => crypto.getRandomValues(new Uint32Array(1))[0];
