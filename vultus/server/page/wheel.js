// The wheel of feelings: a point in a disc, its direction the feeling, its distance from the middle the strength.
// Between two feelings it mixes them. The sliders below it mix any.

const ORDER = ["happy", "surprised", "afraid", "sad", "disgusted", "angry"]; // clockwise from the top
const STEP = 0.1;
const TURN = Math.PI / 12;

export class Wheel {
  constructor(places, known, onTurn) {
    this.places = places;
    this.onTurn = onTurn;
    this.names = [...ORDER.filter((name) => name in known), ...Object.keys(known).filter((name) => !ORDER.includes(name))];
    this.mix = { ...known };
    this.angle = 0;
    this.build();
    this.listen();
    this.show();
  }

  build() {
    this.sliders = {};
    this.names.forEach((name, i) => {
      const word = document.createElement("span");
      word.textContent = name;
      const angle = (i / this.names.length) * 2 * Math.PI;
      word.style.left = `${50 + 37 * Math.sin(angle)}%`;
      word.style.top = `${50 - 42 * Math.cos(angle)}%`;
      this.places.disc.append(word);
      const label = document.createElement("label"), input = document.createElement("input"), out = document.createElement("output");
      Object.assign(input, { type: "range", min: 0, max: 1, step: 0.01, value: 0, name });
      label.htmlFor = input.id = `feeling-${name}`;
      out.setAttribute("aria-hidden", "true"); // the slider says it
      input.addEventListener("input", () => { this.mix[name] = Number(input.value); this.turned(); });
      label.append(name[0].toUpperCase() + name.slice(1), out, input);
      this.places.mix.append(label);
      this.sliders[name] = { input, out };
    });
    this.places.disc.append(this.places.handle);
  }

  listen() {
    const { disc, handle } = this.places;
    const follow = (event) => {
      const box = disc.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width - 0.5) * 2, y = (0.5 - (event.clientY - box.top) / box.height) * 2;
      this.point(Math.atan2(x, y), Math.hypot(x, y) / 0.58);
    };
    disc.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.focus();
      disc.setPointerCapture(event.pointerId);
      follow(event);
    });
    disc.addEventListener("pointermove", (event) => { if (disc.hasPointerCapture(event.pointerId)) follow(event); });
    disc.addEventListener("dblclick", () => this.point(0, 0));
    handle.addEventListener("keydown", (event) => {
      const [angle, strength] = this.place();
      const moves = {
        ArrowRight: [angle + TURN, strength || STEP], ArrowLeft: [angle - TURN, strength || STEP],
        ArrowUp: [angle, strength + STEP], ArrowDown: [angle, strength - STEP], Home: [angle, 0], End: [angle, 1],
      };
      if (!moves[event.key]) return;
      event.preventDefault();
      this.point(...moves[event.key]);
    });
  }

  // Take a direction (clockwise from the top) and a strength.
  point(angle, strength) {
    const count = this.names.length, full = 2 * Math.PI;
    const share = (((angle % full) + full) % full) / full * count;
    const first = Math.floor(share) % count, part = share - Math.floor(share);
    const much = Math.max(0, Math.min(1, strength));
    for (const name of this.names) this.mix[name] = 0;
    this.mix[this.names[first]] += round(much * (1 - part));
    this.mix[this.names[(first + 1) % count]] += round(much * part);
    this.angle = angle;
    this.turned();
  }

  // The direction and strength of the mixture.
  place() {
    let x = 0, y = 0;
    this.names.forEach((name, i) => {
      const angle = (i / this.names.length) * 2 * Math.PI;
      x += this.mix[name] * Math.sin(angle);
      y += this.mix[name] * Math.cos(angle);
    });
    const strength = Math.min(1, this.names.reduce((sum, name) => sum + this.mix[name], 0));
    return [Math.hypot(x, y) > 0.005 ? Math.atan2(x, y) : this.angle, strength, Math.min(1, Math.hypot(x, y))];
  }

  set(mix) {
    for (const name of this.names) this.mix[name] = mix[name] ?? 0;
    this.show();
  }

  turned() {
    this.show();
    this.onTurn({ ...this.mix });
  }

  show() {
    const [angle, strength, out] = this.place();
    const { handle } = this.places;
    const way = this.names.length && Object.values(this.mix).filter(Boolean).length <= 2 ? strength : out;
    handle.style.left = `${50 + 29 * way * Math.sin(angle)}%`;
    handle.style.top = `${50 - 29 * way * Math.cos(angle)}%`;
    handle.setAttribute("aria-valuenow", Math.round(strength * 100));
    handle.setAttribute("aria-valuetext", words(this.mix));
    for (const name of this.names) {
      this.sliders[name].input.value = this.mix[name];
      this.sliders[name].out.value = `${Math.round(this.mix[name] * 100)} %`;
      this.sliders[name].input.setAttribute("aria-valuetext", this.sliders[name].out.value);
    }
  }
}

function words(mix) {
  const parts = Object.entries(mix).filter(([, much]) => much >= 0.005).map(([name, much]) => `${name} ${Math.round(much * 100)} %`);
  return parts.length ? parts.join(", ") : "neutral";
}

function round(value) { return Math.round(value * 1000) / 1000; }
