// Two ways for the stream to travel, with one face: open(...) resolves once pictures come.
// A line has send(message), sound(Int16Array), close(), waiting() and a name; it calls onEvent(event).

const CONNECT_MS = 5000;

export async function open(way, asked, video, onEvent, onEnd) {
  if (way !== "socket") {
    try {
      return await Peer.open(asked, video, onEvent, onEnd);
    } catch (problem) {
      if (way === "webrtc" || problem.status) throw problem;
    }
  }
  return await Socket.open(asked, video, onEvent, onEnd);
}

export async function refusal(answer) {
  const body = await answer.json().catch(() => ({}));
  return Object.assign(new Error(body.detail || `the server said ${answer.status}`), { status: answer.status });
}

function within(ms, promise, what) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(what)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

class Peer {
  name = "WebRTC";

  static async open(asked, video, onEvent, onEnd) {
    const line = new Peer();
    const pc = line.pc = new RTCPeerConnection();
    try {
      line.channel = pc.createDataChannel("control");
      line.channel.binaryType = "arraybuffer";
      line.channel.onmessage = (message) => onEvent(JSON.parse(message.data));
      for (const kind of ["video", "audio"]) {
        const receiver = pc.addTransceiver(kind, { direction: "recvonly" }).receiver;
        if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
      }
      const stream = new MediaStream();
      pc.ontrack = (event) => stream.addTrack(event.track);
      await pc.setLocalDescription(await pc.createOffer());
      await within(1500, gathered(pc), "").catch(() => undefined);
      const answer = await fetch("/v1/offer", {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...asked, sdp: pc.localDescription.sdp, type: "offer" }),
      });
      if (!answer.ok) throw await refusal(answer);
      await pc.setRemoteDescription(await answer.json());
      video.srcObject = stream;
      await within(CONNECT_MS, Promise.all([opened(line.channel), video.play()]), "WebRTC found no way through");
      pc.onconnectionstatechange = () => ["failed", "closed", "disconnected"].includes(pc.connectionState) && onEnd();
      line.channel.onclose = onEnd;
      return line;
    } catch (problem) {
      line.close();
      video.srcObject = null;
      throw problem;
    }
  }

  send(message) { if (this.channel.readyState === "open") this.channel.send(JSON.stringify(message)); }

  sound(samples) { if (this.channel.readyState === "open") this.channel.send(samples.buffer); }

  async waiting() {
    let seconds = 0;
    for (const report of (await this.pc.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "video" && report.jitterBufferEmittedCount) {
        const delay = report.jitterBufferDelay - (this.delay || 0);
        const count = report.jitterBufferEmittedCount - (this.count || 0);
        if (count > 0) seconds = delay / count;
        this.delay = report.jitterBufferDelay;
        this.count = report.jitterBufferEmittedCount;
      }
    }
    return seconds;
  }

  close() {
    if (this.channel) this.channel.onclose = null;
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }
}

function gathered(pc) {
  return new Promise((done) => {
    const look = () => pc.iceGatheringState === "complete" && done();
    pc.addEventListener("icegatheringstatechange", look);
    look();
  });
}

function opened(channel) {
  return new Promise((done) => { if (channel.readyState === "open") done(); else channel.onopen = done; });
}

const BEHIND_SECONDS = 0.8; // further behind the newest picture than this: jump
const EASY_SECONDS = 0.22; // further than this: play a little faster
const KEEP_SECONDS = 8;

class Socket {
  name = "WebSocket";
  queue = [];

  static async open(asked, video, onEvent, onEnd) {
    const line = new Socket();
    line.video = video;
    const socket = line.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/live`);
    socket.binaryType = "arraybuffer";
    const playing = new Promise((done, fail) => {
      socket.onopen = () => socket.send(JSON.stringify(asked));
      socket.onmessage = (message) => line.take(message.data, onEvent, done, fail);
      socket.onclose = () => { fail(new Error("the server does not answer: is it still running?")); onEnd(); };
    });
    try {
      await within(CONNECT_MS, playing, "no picture came");
    } catch (problem) {
      line.close();
      throw problem;
    }
    await video.play();
    return line;
  }

  take(data, onEvent, done, fail) {
    if (typeof data === "string") {
      const event = JSON.parse(data);
      if (event.type === "stream") this.start(event.mime, done, fail);
      if (event.type === "error" && !this.source) fail(new Error(event.detail));
      onEvent(event);
      return;
    }
    this.queue.push(data);
    this.append();
  }

  start(mime, done, fail) {
    const Source = window.ManagedMediaSource || window.MediaSource;
    if (!Source || !Source.isTypeSupported(mime)) return fail(new Error("this browser cannot play the stream"));
    this.source = new Source();
    this.video.disableRemotePlayback = true;
    this.video.srcObject = null;
    this.video.src = URL.createObjectURL(this.source);
    this.source.addEventListener("sourceopen", () => {
      this.buffer = this.source.addSourceBuffer(mime);
      this.buffer.addEventListener("updateend", () => { this.follow(done); this.append(); });
      this.append();
    }, { once: true });
  }

  append() {
    if (!this.buffer || this.buffer.updating || this.source.readyState !== "open") return;
    const old = this.video.currentTime - KEEP_SECONDS;
    if (this.buffer.buffered.length && old - this.buffer.buffered.start(0) > KEEP_SECONDS) {
      this.buffer.remove(0, old);
    } else if (this.queue.length) {
      this.buffer.appendBuffer(this.queue.length === 1 ? this.queue[0] : joined(this.queue));
      this.queue = [];
    }
  }

  follow(done) {
    const ranges = this.video.buffered, count = ranges.length;
    if (!count) return;
    done();
    const end = ranges.end(count - 1), ahead = end - this.video.currentTime;
    const stuck = this.video.currentTime < ranges.start(count - 1);
    if (ahead > BEHIND_SECONDS || stuck) this.video.currentTime = Math.max(ranges.start(count - 1), end - 0.1);
    this.video.playbackRate = ahead > EASY_SECONDS ? 1.08 : 1;
  }

  send(message) { if (this.socket.readyState === 1) this.socket.send(JSON.stringify(message)); }

  sound(samples) { if (this.socket.readyState === 1) this.socket.send(samples.buffer); }

  async waiting() {
    const ranges = this.video.buffered;
    return ranges.length ? Math.max(0, ranges.end(ranges.length - 1) - this.video.currentTime) : 0;
  }

  close() {
    this.socket.onclose = null;
    this.socket.close();
    if (this.video.src) { URL.revokeObjectURL(this.video.src); this.video.removeAttribute("src"); this.video.load(); }
  }
}

function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) { whole.set(new Uint8Array(piece), at); at += piece.byteLength; }
  return whole;
}
