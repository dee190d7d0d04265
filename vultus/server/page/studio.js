// The studio: a gallery, one live face, and everything that can be done with it.

import { microphone, file } from "./ears.js";
import { open, refusal } from "./lines.js";
import { Look } from "./look.js";

const $ = (id) => document.getElementById(id);
const GREETING = (name) => (name === "Yours" ? "Hello. I can talk now." : `Hello, I am ${name}. Nobody ever took this picture of me.`);

const state = { line: null, portrait: null, look: null, mic: null, take: 0, begun: 0, timeline: [], film: null, pace: null, captions: [] };
window.studio = state; // for tests and the curious

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = !text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").hidden = true; }, 6000);
}

function note(what, detail) {
  if (!state.line) return;
  const seconds = (performance.now() - state.begun) / 1000;
  const last = state.timeline.at(-1);
  if (what === "controls" && last?.what === what && seconds - last.seconds < 0.2) Object.assign(last.detail, detail);
  else state.timeline.push({ seconds: Number(seconds.toFixed(3)), what, detail });
  const shown = state.timeline.slice(-40).map((entry) => {
    const item = document.createElement("li");
    item.textContent = `${entry.seconds.toFixed(1)} s  ${entry.what}  ${summary(entry.detail)}`;
    return item;
  });
  $("timeline").replaceChildren(...shown);
}

function summary(detail) {
  if (detail === undefined) return "";
  return typeof detail === "string" ? detail.slice(0, 60) : Object.keys(detail).join(", ").replaceAll("_", " ");
}

async function gallery() {
  const answer = await fetch("/v1/portraits");
  if (!answer.ok) throw await refusal(answer);
  const { data, problem } = await answer.json();
  $("gallery").replaceChildren(...data.map(card));
  if (problem) toast(problem);
  if (!problem && data.some((portrait) => !portrait.ready)) setTimeout(() => gallery().catch(() => undefined), 1500);
  if (!state.portrait && data[0]) $("still").src = data[0].picture_url;
  return data;
}

function card(portrait) {
  const item = document.createElement("li"), button = document.createElement("button"), picture = document.createElement("img");
  const name = document.createElement("span");
  button.type = "button";
  button.disabled = !portrait.ready;
  button.dataset.portrait = portrait.id;
  button.setAttribute("aria-label", `Talk with ${portrait.name === "Yours" ? "your picture" : portrait.name}`);
  button.setAttribute("aria-current", String(portrait.id === state.portrait?.id));
  Object.assign(picture, { src: portrait.picture_url, alt: "" });
  button.append(picture);
  button.addEventListener("click", () => begin(portrait));
  name.textContent = portrait.ready ? portrait.name : "getting ready";
  item.append(button, name);
  return item;
}

function checked(name) { return document.querySelector(`input[name="${name}"]:checked`).value; }

async function begin(portrait, greet = true) {
  const take = ++state.take;
  leave();
  state.portrait = portrait;
  for (const button of document.querySelectorAll("[data-portrait]")) {
    button.setAttribute("aria-current", String(button.dataset.portrait === portrait.id));
  }
  Object.assign($("still"), { src: portrait.picture_url, hidden: false });
  $("stage").classList.add("waiting");
  $("hint").textContent = "One moment";
  $("hint").hidden = false;
  state.clicked = performance.now();
  state.talked = null;
  try {
    const asked = { portrait: portrait.id, rate: Number(checked("rate")), label: "corner" };
    const line = await open(checked("way"), asked, $("face"), (event) => take === state.take && hear(event), () => take === state.take && lost());
    if (take !== state.take) return line.close();
    Object.assign(state, { line, begun: performance.now(), timeline: [] });
    Object.assign($("face"), { hidden: false });
    $("gaze").hidden = false;
    $("hint").hidden = true;
    $("stage").classList.remove("waiting");
    if (state.look) line.send({ type: "controls", values: state.look.values });
    if (greet) say(GREETING(portrait.name), "say");
  } catch (problem) {
    if (take !== state.take) return;
    $("stage").classList.remove("waiting");
    $("hint").textContent = problem.message;
    toast(problem.message);
  }
}

function leave() {
  state.mic?.();
  state.mic = null;
  $("mic").setAttribute("aria-pressed", "false");
  $("record").setAttribute("aria-pressed", "false");
  state.line?.close();
  state.line = null;
  $("face").hidden = true;
  $("gaze").hidden = true;
  $("readout").textContent = "";
}

function lost() {
  leave();
  $("hint").hidden = false;
  $("hint").textContent = "The face has gone. Choose a portrait to begin again";
}

function hear(event) {
  switch (event.type) {
    case "speaking":
      state.talked ??= performance.now() - state.clicked;
      $("stage").classList.add("speaking");
      break;
    case "said":
    case "cleared":
      $("stage").classList.remove("speaking");
      if (event.type === "cleared") silence();
      state.cleared = event.type === "cleared" ? performance.now() : state.cleared;
      break;
    case "sentence":
      caption(event);
      break;
    case "pace":
      state.pace = event;
      break;
    case "pong":
      state.trip = performance.now() - event.id;
      break;
    case "recorded":
      filmed(event);
      break;
    case "error":
    case "full":
      toast(event.detail || "That is too much at once: wait until some of it is said.");
      break;
    case "ended":
      if (event.why) toast(event.why);
  }
}

function caption(event) {
  if (event.at === 0) { silence(); state.firstSentence = performance.now(); }
  const wait = Math.max(0, event.at * 1000 - (performance.now() - state.firstSentence));
  state.captions.push(setTimeout(() => { $("caption").textContent = event.text; }, wait));
}

function silence() {
  for (const timer of state.captions) clearTimeout(timer);
  state.captions = [];
  $("caption").textContent = "";
}

function say(text, mode) {
  if (!state.line) return toast("Choose a portrait first.");
  state.line.send({ type: mode, text });
  note(mode, text);
}

function interrupt() {
  state.playing = null;
  state.line?.send({ type: "clear" });
  note("interrupt");
}

async function toggleMicrophone() {
  if (state.mic) {
    state.mic();
    state.mic = null;
    note("microphone off");
  } else if (!state.line) {
    return toast("Choose a portrait first.");
  } else {
    try {
      state.mic = await microphone(state.line);
      hearing(false); // or the face would be heard by the microphone
      note("microphone on");
    } catch {
      toast("The microphone could not be used: allow it in the browser.");
    }
  }
  $("mic").setAttribute("aria-pressed", String(Boolean(state.mic)));
}

function hearing(on) {
  $("face").muted = !on;
  $("sound").setAttribute("aria-pressed", String(on));
  $("sound").textContent = on ? "Sound on" : "Sound off";
}

async function playFile(blob) {
  if (!state.line) return toast("Choose a portrait first.");
  const mine = state.playing = {};
  try {
    note("sound file", blob.name);
    await file(state.line, blob, () => state.playing !== mine);
  } catch {
    toast("That is no sound that this browser can read.");
  }
}

async function bring(blob) {
  const form = new FormData();
  form.append("image", blob);
  form.append("likeness", $("likeness").value);
  $("hint").hidden = false;
  $("hint").textContent = "Looking at your picture";
  $("stage").classList.add("waiting");
  try {
    const answer = await fetch("/v1/portraits", { method: "POST", body: form });
    if (!answer.ok) throw await refusal(answer);
    const portrait = await answer.json();
    await gallery();
    await begin(portrait);
  } catch (problem) {
    $("hint").textContent = problem.message;
    toast(problem.message);
  } finally {
    $("stage").classList.remove("waiting");
  }
}

async function useCamera() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: 1280, height: 720 } });
  } catch {
    return toast("The camera could not be used: allow it in the browser.");
  }
  const view = $("view"), finder = $("viewfinder");
  view.srcObject = stream;
  view.play();
  finder.showModal();
  finder.addEventListener("close", () => stream.getTracks().forEach((track) => track.stop()), { once: true });
  $("view-cancel").onclick = () => finder.close();
  $("view-take").onclick = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [view.videoWidth, view.videoHeight];
    canvas.getContext("2d").drawImage(view, 0, 0);
    canvas.toBlob((blob) => bring(blob), "image/jpeg", 0.95);
    finder.close();
  };
}

function toggleRecording() {
  if (!state.line) return toast("Choose a portrait first.");
  const on = $("record").getAttribute("aria-pressed") !== "true";
  $("record").setAttribute("aria-pressed", String(on));
  state.line.send({ type: "record", on });
  note(on ? "record" : "recorded");
}

function filmed(event) {
  $("film").hidden = false;
  $("film-link").href = event.url;
  const timeline = new Blob([JSON.stringify({ portrait: state.portrait?.id, events: state.timeline }, null, 1)], { type: "application/json" });
  $("timeline-link").href = URL.createObjectURL(timeline);
  state.film = event.url;
  $("film-link").focus();
}

function countPictures() {
  const face = $("face");
  let shown = 0;
  const one = () => { shown++; state.shown = (state.shown || 0) + 1; face.requestVideoFrameCallback(one); };
  if (face.requestVideoFrameCallback) face.requestVideoFrameCallback(one);
  setInterval(async () => {
    if (!state.line) { shown = 0; return; }
    state.line.send({ type: "ping", id: performance.now() });
    const waiting = await state.line.waiting().catch(() => 0);
    const behind = (state.pace?.spent_p50 || 0) + waiting + (state.trip || 0) / 2000;
    state.behind = behind;
    state.rate = shown;
    $("readout").textContent = `${shown} pictures/s · ${Math.round(behind * 1000)} ms behind · ${state.line.name}`;
    shown = 0;
  }, 1000);
}

function listen() {
  $("saying").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text) return;
    say(text, checked("mode"));
    $("text").value = "";
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); $("saying").requestSubmit(); }
  });
  $("stop").addEventListener("click", interrupt);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") interrupt(); });
  $("mic").addEventListener("click", toggleMicrophone);
  $("sound").addEventListener("click", () => hearing($("face").muted));
  $("record").addEventListener("click", toggleRecording);
  $("camera").addEventListener("click", useCamera);
  for (const [button, input, use] of [["pick-sound", "sound-file", playFile], ["pick-picture", "picture-file", bring]]) {
    $(button).addEventListener("click", () => $(input).click());
    $(input).addEventListener("change", () => { if ($(input).files[0]) use($(input).files[0]); $(input).value = ""; });
  }
  for (const name of ["way", "rate"]) {
    for (const input of document.querySelectorAll(`input[name="${name}"]`)) {
      input.addEventListener("change", () => state.portrait && begin(state.portrait, false));
    }
  }
  $("stage").addEventListener("click", () => { if (!state.portrait) document.querySelector("[data-portrait]:enabled")?.click(); });
  $("reset").addEventListener("click", () => state.look?.reset());
  addEventListener("dragover", (event) => { event.preventDefault(); $("drop").hidden = false; });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) $("drop").hidden = true; });
  addEventListener("drop", (event) => {
    event.preventDefault();
    $("drop").hidden = true;
    const [dropped] = event.dataTransfer.files;
    if (dropped) (dropped.type.startsWith("image/") ? bring : playFile)(dropped);
  });
  addEventListener("pagehide", leave);
}

async function start() {
  listen();
  countPictures();
  const about = await (await fetch("/v1/about")).json();
  const places = { stage: $("stage"), gaze: $("gaze"), sliders: $("sliders") };
  state.look = new Look(about.controls, places, (values) => { state.line?.send({ type: "controls", values }); note("controls", { ...values }); });
  await gallery();
}

start().catch((problem) => toast(problem.message));
