// What the face says, word by word where the voice knows when: text for those who do not hear.

export class Captions {
  constructor(place) {
    this.place = place;
    this.timers = [];
    this.coming = []; // sentences of a text that is not heard yet
    this.since = null; // when the text began to be heard
  }

  // A sentence that will be heard `at` seconds after its text began.
  add(event) {
    if (event.at === 0) this.clear();
    if (this.since === null) this.coming.push(event);
    else this.schedule(event);
  }

  // The voice begins; it is heard `behind` seconds later.
  begin(behind) {
    if (this.since !== null || !this.coming.length) return;
    this.since = performance.now() + behind * 1000;
    for (const event of this.coming) this.schedule(event);
    this.coming = [];
  }

  // The text is said: its last words stay for a moment.
  end(behind) {
    this.timers.push(setTimeout(() => this.clear(), behind * 1000 + 2500));
  }

  clear() {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    this.coming = [];
    this.since = null;
    this.place.replaceChildren();
  }

  schedule(event) {
    const spans = [];
    this.at(event.at, () => this.place.replaceChildren(...marked(event, spans)));
    event.words.forEach(([, start], i) => this.at(event.at + start, () => {
      spans.forEach((span, j) => span.classList.toggle("now", j === i));
    }));
  }

  at(seconds, then) {
    this.timers.push(setTimeout(then, Math.max(0, this.since + seconds * 1000 - performance.now())));
  }
}

// The text with a span around each word that has a time; `spans` is filled with them.
function marked(event, spans) {
  const parts = [];
  let from = 0;
  for (const [word] of event.words) {
    const start = event.text.indexOf(word, from), span = document.createElement("span");
    if (start >= 0) {
      parts.push(event.text.slice(from, start));
      from = start + word.length;
      span.textContent = word;
      parts.push(span);
    }
    spans.push(span);
  }
  return [...parts, event.text.slice(from)];
}
