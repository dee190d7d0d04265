// The controls of the face: a ring on it that leads its eyes, and sliders for all else that the server knows.

import { Wheel } from "./wheel.js";

const DEGREES = 180 / Math.PI;
const GAZE = 0.45; // radians at the edge of the stage
const TITLES = {
  distance: "Distance", head_gain: "Head movement", expression_gain: "Expression", character: "Own character",
  pose: ["Head up, down", "Head left, right", "Head tilt"], articulation: "Articulation", blink_rate: "Blinks",
  listening: "Listens", eye_contact: "Eye contact", body_gain: "Breath, sway, hair",
};
const RANGES = { // where less than what the server takes is of use
  distance: [-0.5, 0.5], head_gain: [0, 2], expression_gain: [0, 2], pose: [-0.3, 0.3], blink_rate: [0, 3], body_gain: [0, 2],
};
const HEAD = ["distance", "pose", "head_gain", "body_gain"];

export class Look {
  constructor(about, places, onTurn) {
    this.known = about.controls;
    this.ranges = { ...about.ranges, ...RANGES };
    this.places = places;
    this.onTurn = onTurn;
    this.values = structuredClone(this.known);
    if (this.known.gaze) ring(places.stage, places.gaze, (gaze) => this.turn("gaze", gaze));
    if (this.known.emotion) this.wheel = new Wheel(places.wheel, this.known.emotion, (emotion) => this.turn("emotion", emotion));
    this.draw();
  }

  turn(name, value) {
    this.values[name] = value;
    this.onTurn({ [name]: value });
  }

  // What is not as it was at first; null where nothing is.
  turned() {
    const names = Object.keys(this.known).filter((name) => JSON.stringify(this.values[name]) !== JSON.stringify(this.known[name]));
    return names.length ? Object.fromEntries(names.map((name) => [name, this.values[name]])) : null;
  }

  reset() {
    this.values = structuredClone(this.known);
    this.places.gaze.dispatchEvent(new CustomEvent("home"));
    this.wheel?.set(this.known.emotion);
    this.draw();
    this.onTurn(structuredClone(this.values));
  }

  draw() {
    for (const place of [this.places.head, this.places.face]) place.replaceChildren();
    for (const [name, value] of Object.entries(this.known)) {
      if (name === "gaze" || name === "emotion") continue;
      if (Array.isArray(value)) value.forEach((part, i) => this.slider(name, part, i));
      else this.slider(name, value);
    }
  }

  slider(name, value, part) {
    const [least, most] = this.ranges[name] || [-1, 1];
    const title = TITLES[name] || name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
    const label = document.createElement("label"), input = document.createElement("input"), out = document.createElement("output");
    Object.assign(input, { type: "range", min: least, max: most, step: most - least > 1 ? 0.01 : 0.005, value, name });
    label.htmlFor = input.id = `control-${name}-${part ?? ""}`; // or the label would be the output's
    out.setAttribute("aria-hidden", "true"); // the slider says it
    const show = () => { out.value = said(name, Number(input.value)); input.setAttribute("aria-valuetext", out.value); };
    input.addEventListener("input", () => {
      show();
      const now = Number(input.value);
      this.turn(name, part === undefined ? now : this.values[name].map((old, i) => (i === part ? now : old)));
    });
    label.append(Array.isArray(title) ? title[part] : part === undefined ? title : `${title} ${part + 1}`, out, input);
    this.places[HEAD.includes(name) ? "head" : "face"].append(label);
    show();
  }
}

function said(name, value) {
  if (name === "distance") return `${Math.exp(value).toFixed(2)} ×`;
  if (name === "pose") return `${Math.round(value * DEGREES)}°`;
  if (name === "blink_rate" || name.endsWith("gain") || name === "articulation") return `${value.toFixed(2)} ×`;
  return `${Math.round(value * 100)} %`;
}

function ring(stage, handle, onMove) {
  let at = [0, 0];
  const move = (x, y) => {
    at = [clamp(x), clamp(y)];
    handle.style.left = `${50 + at[0] * 50}%`;
    handle.style.top = `${46 - at[1] * 46}%`;
    const [yaw, pitch] = at.map((part) => Math.round(part * GAZE * DEGREES));
    handle.setAttribute("aria-valuenow", yaw);
    handle.setAttribute("aria-valuetext", words(yaw, pitch));
    onMove([at[0] * GAZE, at[1] * GAZE]);
  };
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    handle.classList.add("held");
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = stage.getBoundingClientRect();
    move(((event.clientX - box.left) / box.width - 0.5) * 2, (0.46 - (event.clientY - box.top) / box.height) / 0.46);
  });
  handle.addEventListener("lostpointercapture", () => handle.classList.remove("held"));
  handle.addEventListener("dblclick", () => move(0, 0));
  handle.addEventListener("home", () => move(0, 0));
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (step) move(at[0] + step[0], at[1] + step[1]);
    else if (event.key === "Home") move(0, 0);
    else return;
    event.preventDefault();
  });
}

function words(yaw, pitch) {
  const parts = [];
  if (yaw) parts.push(`${Math.abs(yaw)} degrees ${yaw > 0 ? "right" : "left"}`);
  if (pitch) parts.push(`${Math.abs(pitch)} degrees ${pitch > 0 ? "up" : "down"}`);
  return parts.length ? `looks ${parts.join(", ")}` : "looks straight ahead";
}

function clamp(value) { return Math.max(-1, Math.min(1, value)); }
