// The studio: a gallery, one live face, and everything that can be done with it.

import { Captions } from "./captions.js";
import { microphone, file } from "./ears.js";
import { open, refusal } from "./lines.js";
import { Look } from "./look.js";
import { countPictures } from "./readout.js";
import { Timeline, play, read } from "./timeline.js";

const $ = (id) => document.getElementById(id);
const GREETING = (name) => (name === "Yours" ? "Hello. I can talk now." : `Hello, I am ${name}. Nobody ever took this picture of me.`);

const state = { line: null, ready: null, opening: null, portrait: null, look: null, mic: null, take: 0, timeline: null, film: null, pace: null, captions: null, behind: 0 };
window.studio = state; // for tests and the curious

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = !text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").hidden = true; }, 6000);
}

function note(what, detail) {
  if (state.line && !state.replaying) state.timeline.note(what, detail);
}

async function gallery() {
  const answer = await fetch("/v1/portraits");
  if (!answer.ok) throw await refusal(answer);
  const { data, problem } = await answer.json();
  state.portraits = data;
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

function begin(portrait, greet = true) {
  return state.opening = opened(portrait, greet);
}

// Whether there is a line: where nobody has chosen, the portrait that is shown is taken.
async function chosen() {
  await state.opening;
  const shown = state.portrait || state.portraits?.find((portrait) => portrait.ready);
  if (!state.line && shown) await begin(shown, false);
  return Boolean(state.line);
}

async function opened(portrait, greet) {
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
    await state.ready;
    const asked = { portrait: portrait.id, rate: Number(checked("rate")), label: checked("label") };
    const line = await open(checked("way"), asked, $("face"), (event) => take === state.take && hear(event), () => take === state.take && lost());
    if (take !== state.take) return line.close();
    state.line = line;
    state.timeline.begin();
    state.captions.clear();
    Object.assign($("face"), { hidden: false });
    $("gaze").hidden = false;
    $("hint").hidden = true;
    $("stage").classList.remove("waiting");
    line.send({ type: "controls", values: state.look.values });
    line.send({ type: "microphone", to: checked("ear") });
    if (state.look.turned()) note("controls", structuredClone(state.look.turned()));
    if (greet) say(GREETING(portrait.name), "say");
  } catch (problem) {
    if (take !== state.take) return;
    $("stage").classList.remove("waiting");
    $("hint").textContent = explained(problem);
  }
}

// Browsers say "Failed to fetch" when nobody answers.
function explained(problem) {
  return problem instanceof TypeError ? "The server does not answer: is it still running?" : problem.message;
}

function leave() {
  state.replaying?.();
  state.mic?.();
  state.mic = null;
  $("mic").setAttribute("aria-pressed", "false");
  recording(false);
  $("stage").classList.remove("speaking", "listening");
  state.captions?.clear();
  state.line?.close();
  state.line = null;
  $("face").hidden = true;
  $("gaze").hidden = true;
  $("readout").textContent = "";
}

function lost() {
  leave();
  $("hint").hidden = false;
  $("hint").textContent = "The connection is gone. Choose a portrait to begin again";
}

function hear(event) {
  switch (event.type) {
    case "speaking":
      state.talked ??= performance.now() - state.clicked;
      $("stage").classList.add("speaking");
      state.captions.begin(state.behind);
      break;
    case "said":
    case "cleared":
      $("stage").classList.remove("speaking");
      if (event.type === "cleared") state.captions.clear();
      else state.captions.end(state.behind);
      state.cleared = event.type === "cleared" ? performance.now() : state.cleared;
      break;
    case "sentence":
      state.captions.add(event);
      break;
    case "heard":
      state.heard = event.speaks;
      $("stage").classList.toggle("listening", event.speaks);
      if (event.speaks && $("stage").classList.contains("speaking")) interrupt(); // whoever speaks is listened to
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

function say(text, mode) {
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
    $("stage").classList.remove("listening");
    note("microphone off");
  } else if (!navigator.mediaDevices) {
    return toast("Browsers give the microphone to pages over https only, and to this machine's own.");
  } else if (await chosen()) {
    try {
      state.mic = await microphone(state.line);
      if (checked("ear") === "face") hearing(false); // or the face would be heard by the microphone
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
  if (!await chosen()) return;
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
    $("hint").textContent = explained(problem);
    $("hint").hidden = Boolean(state.line);
    if (state.line) toast(explained(problem));
  } finally {
    $("stage").classList.remove("waiting");
  }
}

// Somebody is about to bring a picture: what reads pictures takes a while to start.
function soon() { fetch("/v1/portraits/soon", { method: "POST" }).catch(() => undefined); }

async function useCamera() {
  let stream;
  if (!navigator.mediaDevices) return toast("Browsers give the camera to pages over https only, and to this machine's own.");
  soon();
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

function recording(on) {
  $("record").setAttribute("aria-pressed", String(on));
  $("record").textContent = on ? "Stop" : "Record";
  $("record").setAttribute("aria-label", on ? "Stop recording" : "Record");
}

async function toggleRecording() {
  if (!await chosen()) return;
  const on = $("record").getAttribute("aria-pressed") !== "true";
  recording(on);
  state.line.send({ type: "record", on });
  note(on ? "record" : "recorded");
  if (on) state.recordedFrom = state.timeline.events.at(-1).seconds;
}

function filmed(event) {
  recording(false); // where it was long enough, the server has ended it
  $("film").hidden = false;
  $("film-link").href = event.url;
  $("timeline-link").href = asFile(state.timeline.from(state.recordedFrom));
  state.film = event.url;
  $("film-link").focus();
}

function asFile(stored) {
  return URL.createObjectURL(new Blob([JSON.stringify(stored, null, 1)], { type: "application/json" }));
}

function saveTimeline() {
  const link = document.createElement("a");
  Object.assign(link, { href: asFile(state.timeline.from()), download: "timeline.json" });
  link.click();
}

async function replay(stored) {
  if (state.replaying) return state.replaying();
  if (!stored.keyframes.length && !stored.events?.length) return toast("Nothing was done yet.");
  if (!await chosen()) return;
  const stop = play(state.line, stored, () => state.replaying?.());
  state.replaying = () => {
    stop();
    state.replaying = null;
    $("replay").setAttribute("aria-pressed", "false");
    $("replay").textContent = "Play again";
    state.line?.send({ type: "controls", values: state.look.values });
  };
  $("replay").setAttribute("aria-pressed", "true");
  $("replay").textContent = "Stop";
}

async function openTimeline(blob) {
  try {
    await replay(await read(blob));
  } catch (problem) {
    toast(problem.message);
  }
}

function listen() {
  $("saying").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text || !await chosen()) return;
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
  $("replay").addEventListener("click", () => replay(state.timeline.from()));
  $("save-timeline").addEventListener("click", saveTimeline);
  const files = [["pick-sound", "sound-file", playFile], ["pick-picture", "picture-file", bring], ["open-timeline", "timeline-file", openTimeline]];
  for (const [button, input, use] of files) {
    $(button).addEventListener("click", () => { if (use === bring) soon(); $(input).click(); });
    $(input).addEventListener("change", () => { if ($(input).files[0]) use($(input).files[0]); $(input).value = ""; });
  }
  for (const name of ["way", "rate", "label"]) {
    for (const input of document.querySelectorAll(`input[name="${name}"]`)) {
      input.addEventListener("change", () => state.portrait && begin(state.portrait, false));
    }
  }
  for (const input of document.querySelectorAll("input[name=ear]")) {
    input.addEventListener("change", () => {
      state.line?.send({ type: "microphone", to: checked("ear") });
      if (state.mic) hearing(checked("ear") === "listener");
    });
  }
  $("stage").addEventListener("click", () => { if (!state.portrait) document.querySelector("[data-portrait]:enabled")?.click(); });
  $("reset").addEventListener("click", () => state.look?.reset());
  addEventListener("dragover", (event) => {
    event.preventDefault();
    if ($("drop").hidden) soon();
    $("drop").hidden = false;
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) $("drop").hidden = true; });
  addEventListener("drop", (event) => {
    event.preventDefault();
    $("drop").hidden = true;
    const [dropped] = event.dataTransfer.files;
    if (!dropped) return;
    (dropped.type.startsWith("image/") ? bring : dropped.name.endsWith(".json") ? openTimeline : playFile)(dropped);
  });
  addEventListener("pagehide", leave);
}

async function start() {
  listen();
  countPictures(state, $("face"), $("readout"));
  const about = await (await fetch("/v1/about")).json();
  state.ready = warm(about);
  if (about.assistant === "echo") {
    $("asking").textContent = "Echo it";
    $("asking").title = "No assistant is set on this server: what you type is repeated";
  }
  const wheel = { disc: $("wheel"), handle: $("wheel-handle"), mix: $("mix") };
  const places = { stage: $("stage"), gaze: $("gaze"), wheel, head: $("head"), face: $("features") };
  state.timeline = new Timeline($("timeline"), about.controls);
  state.captions = new Captions($("caption"));
  state.look = new Look(about, places, (values) => { state.line?.send({ type: "controls", values }); note("controls", structuredClone(values)); });
  await gallery();
}

// Resolves once faces can be shown; on a new machine that takes a minute, and the face says how far it is.
async function warm(about) {
  const hint = $("hint").textContent;
  while (!about.ready) {
    const [done, known] = about.compiling || [];
    $("hint").textContent = known ? `Getting ready, once on this machine: ${done} of ${known}` : "Getting ready";
    await new Promise((later) => setTimeout(later, 1000));
    about = await fetch("/v1/about").then((answer) => answer.json()).catch(() => about);
  }
  if ($("hint").textContent.startsWith("Getting ready")) $("hint").textContent = hint;
}

start().catch((problem) => { $("hint").textContent = explained(problem); });
