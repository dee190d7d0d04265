// Sound into the session: the microphone as it is spoken, a file as fast as it may wait.

const RATE = 16000;
const PIECE = RATE / 2; // samples of one message of a file
const AHEAD_SECONDS = 60; // of a file that may wait to be said

export async function microphone(line) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  });
  const context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
  await context.audioWorklet.addModule("worklet.js");
  const node = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
  node.port.onmessage = (message) => line.sound(message.data);
  context.createMediaStreamSource(stream).connect(node);
  return () => {
    for (const track of stream.getTracks()) track.stop();
    context.close();
    line.send({ type: "finish" });
  };
}

export async function file(line, blob, stopped) {
  const context = new OfflineAudioContext(1, 1, RATE);
  const decoded = await context.decodeAudioData(await blob.arrayBuffer());
  const channels = Array.from({ length: decoded.numberOfChannels }, (_, i) => decoded.getChannelData(i));
  const begun = performance.now();
  for (let start = 0; start < decoded.length && !stopped(); start += PIECE) {
    line.send({ type: "push", audio: base64(mixed(channels, start, Math.min(decoded.length, start + PIECE))) });
    const early = start / RATE - AHEAD_SECONDS - (performance.now() - begun) / 1000;
    if (early > 0) await new Promise((done) => setTimeout(done, early * 1000));
  }
  if (!stopped()) line.send({ type: "finish" });
  return decoded.duration;
}

function mixed(channels, start, end) {
  const samples = new Int16Array(end - start);
  for (let i = start; i < end; i++) {
    let sum = 0;
    for (const channel of channels) sum += channel[i];
    samples[i - start] = Math.max(-1, Math.min(1, sum / channels.length)) * 32767;
  }
  return samples;
}

function base64(samples) {
  const bytes = new Uint8Array(samples.buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
