// Steps through a run: back, forward, play at a speed, or along with what arrives.

const byId = id => document.getElementById(id);

export class Player {
  constructor({ onStep }) {
    this.onStep = onStep;
    this.run = null;
    this.step = 0;
    this.live = true;           // follows what arrives
    this.playing = false;
    this.timer = null;
    byId('go-start').addEventListener('click', () => this.to(0));
    byId('go-back').addEventListener('click', () => this.by(-1));
    byId('go-forward').addEventListener('click', () => this.by(1));
    byId('go-end').addEventListener('click', () => this.to(Infinity));
    byId('play').addEventListener('click', () => this.toggle());
    byId('scrub').addEventListener('input', event => this.to(Number(event.target.value)));
  }

  load(run) {
    this.#halt();
    this.run = run;
    this.live = true;
    this.step = run.events.length;
    this.#paint();
  }

  /** More has arrived, or the run has ended. */
  arrived() {
    if (this.live) this.step = this.run.events.length;
    this.#paint();
  }

  by(change) { this.to(this.step + change); }

  to(step) {
    if (!this.run) return;
    this.#halt();
    this.#set(step);
  }

  toggle() {
    if (!this.run) return;
    if (this.playing || (this.live && this.run.running)) {
      this.#halt();
      this.live = false;
    } else {
      if (this.step >= this.run.events.length && !this.run.running) this.step = this.run.inherited;
      this.playing = true;
      this.live = false;
      this.#tick();
    }
    this.#paint();
    this.onStep({ animate: false });
  }

  #tick() {
    if (!this.playing) return;
    if (this.step >= this.run.events.length) {
      this.#halt();
      this.live = true;
      this.#paint();
      this.onStep({ animate: false });
      return;
    }
    this.#set(this.step + 1, true);
    this.timer = setTimeout(() => this.#tick(), this.#wait());
  }

  #wait() {
    const speed = byId('speed').value;
    if (speed !== 'recorded') return 1000 / Number(speed);
    const now = this.run.events[this.step - 1]?.at ?? 0;
    const next = this.run.events[this.step]?.at ?? now;
    return Math.max(4, Math.min(2000, next - now));
  }

  #set(step, animate = false) {
    this.step = Math.max(0, Math.min(this.run.events.length, step));
    this.live = this.step === this.run.events.length && !animate;
    this.#paint();
    this.onStep({ animate });
  }

  #halt() {
    clearTimeout(this.timer);
    this.playing = false;
  }

  #paint() {
    const total = this.run.events.length;
    const scrub = byId('scrub');
    scrub.max = total;
    scrub.value = this.step;
    scrub.style.setProperty('--fill', `${total ? 100 * this.step / total : 0}%`);
    byId('step-count').textContent = `${this.step} of ${total}`;
    const moving = this.playing || (this.live && this.run.running);
    byId('play-icon').setAttribute('href', moving ? '#i-pause' : '#i-play');
    byId('play-words').textContent = moving ? 'Pause' : 'Play';
    byId('go-start').disabled = byId('go-back').disabled = this.step === 0;
    byId('go-end').disabled = byId('go-forward').disabled = this.step >= total;
  }
}
