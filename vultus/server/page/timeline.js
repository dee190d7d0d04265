// What was done, and doing it again. A timeline is kept as `vultus animate --timeline` reads it: keyframes of the
// controls; beside them the texts that were said, which only this page reads.

export const KIND = "vultus timeline";
const TEXTS = ["say", "ask", "interrupt"];
const TOGETHER = 0.2; // seconds: what is turned so soon after is one movement

export class Timeline {
  constructor(list, known) {
    this.list = list;
    this.known = known;
    this.begin();
  }

  begin() {
    this.begun = performance.now();
    this.events = [];
    this.draw();
  }

  note(what, detail) {
    const seconds = Math.round(performance.now() - this.begun) / 1000, last = this.events.at(-1);
    if (what === "controls" && last?.what === what && seconds - last.seconds < TOGETHER) Object.assign(last.detail, detail);
    else this.events.push({ seconds, what, detail });
    this.draw();
  }

  draw() {
    this.list.replaceChildren(...this.events.slice(-40).map((event) => {
      const item = document.createElement("li"), time = document.createElement("b");
      time.textContent = `${event.seconds.toFixed(1)} s`;
      item.append(time, ` ${event.what} ${summary(event.detail)}`);
      return item;
    }));
    this.list.scrollTop = this.list.scrollHeight;
  }

  // From a moment on, as a file holds it.
  from(start = 0) {
    const later = this.events.filter((event) => event.seconds > start).map((event) => ({ ...event, seconds: Math.round((event.seconds - start) * 1000) / 1000 }));
    const before = this.events.filter((event) => event.seconds <= start && event.what === "controls");
    const turned = later.filter((event) => event.what === "controls");
    const first = {};
    for (const event of turned) for (const name of Object.keys(event.detail)) first[name] = structuredClone(this.known[name]);
    for (const event of before) Object.assign(first, structuredClone(event.detail));
    const keyframes = turned.map(({ seconds, detail }) => ({ seconds, controls: structuredClone(detail), ease: "step" }));
    if (Object.keys(first).length) keyframes.unshift({ seconds: 0, controls: first, ease: "step" });
    return { kind: KIND, version: 1, keyframes, events: later.filter((event) => TEXTS.includes(event.what)) };
  }
}

// Do it again on a line: the server leads the controls, the texts are sent when their time has come.
export function play(line, stored, done) {
  const events = (stored.events || []).filter((event) => TEXTS.includes(event.what));
  const timers = events.map(({ seconds, what, detail }) => setTimeout(() => {
    line.send(what === "interrupt" ? { type: "clear" } : { type: what, text: detail });
  }, seconds * 1000));
  if (stored.keyframes.length) line.send({ type: "timeline", keyframes: stored.keyframes });
  const last = Math.max(0, ...events.map((event) => event.seconds), ...stored.keyframes.map((keyframe) => keyframe.seconds));
  timers.push(setTimeout(done, last * 1000 + 500));
  return () => {
    timers.forEach(clearTimeout);
    if (stored.keyframes.length) line.send({ type: "timeline", keyframes: [] });
  };
}

// A file's timeline. Throws what to tell.
export async function read(file) {
  const stored = await file.text().then(JSON.parse).catch(() => null);
  if (stored?.kind !== KIND || !Array.isArray(stored.keyframes)) throw new Error("That is no timeline: wanted a file that was saved here.");
  return stored;
}

function summary(detail) {
  if (detail === undefined) return "";
  return typeof detail === "string" ? detail.slice(0, 60) : Object.keys(detail).join(", ").replaceAll("_", " ");
}
