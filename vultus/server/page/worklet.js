// Collects the microphone into pieces of 20 ms, 16-bit.

const PIECE = 320;

class Capture extends AudioWorkletProcessor {
  piece = new Int16Array(PIECE);
  filled = 0;

  process([input]) {
    for (const sample of input[0] || []) {
      this.piece[this.filled++] = Math.max(-1, Math.min(1, sample)) * 32767;
      if (this.filled === PIECE) {
        this.port.postMessage(this.piece, [this.piece.buffer]);
        this.piece = new Int16Array(PIECE);
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("capture", Capture);
