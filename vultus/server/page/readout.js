// How it runs, in words, once a second: pictures that were shown, and how far behind the sound they are.

export function countPictures(state, face, place) {
  let shown = 0;
  const one = () => { shown++; state.shown = (state.shown || 0) + 1; face.requestVideoFrameCallback(one); };
  if (face.requestVideoFrameCallback) face.requestVideoFrameCallback(one);
  setInterval(async () => {
    const line = state.line;
    if (!line) { shown = 0; return; }
    line.send({ type: "ping", id: performance.now() });
    const waiting = await line.waiting().catch(() => 0);
    state.behind = (state.pace?.spent_p50 || 0) + waiting + (state.trip || 0) / 2000;
    state.rate = shown;
    if (state.line) place.textContent = `${shown} pictures/s · ${Math.round(state.behind * 1000)} ms behind · ${line.name}`;
    shown = 0;
  }, 1000);
}
