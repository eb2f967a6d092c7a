// Stands for a browser's media where there is none: descriptions are real enough to be told apart, and two of them connect.

let made = 0;
export const connections = [];

class FakeTrack {
  constructor(kind) {
    Object.assign(this, { kind, enabled: true, stopped: false });
  }

  stop() { this.stopped = true; }
}

class FakeStream {
  #tracks;

  constructor(tracks = []) { this.#tracks = new Set(tracks); }

  getTracks() { return [...this.#tracks]; }

  addTrack(track) { this.#tracks.add(track); }

  removeTrack(track) { this.#tracks.delete(track); }
}

class FakeConnection {
  constructor(configuration) {
    Object.assign(this, {
      configuration, id: ++made, generation: 0, restarts: 0, candidates: [], senders: [],
      signalingState: 'stable', connectionState: 'new', localDescription: null, remoteDescription: null,
    });
    connections.push(this);
  }

  addTrack(track) { this.senders.push(track); }

  addTransceiver() {}

  getTransceivers() { return this.senders.map((track) => ({ receiver: { track } })); }

  getConfiguration() { return this.configuration; }

  setConfiguration(configuration) { this.configuration = configuration; }

  #describe(type) {
    return { type, sdp: `v=0\r\no=- ${this.id} ${this.generation} IN IP4 127.0.0.1\r\n` };
  }

  async createOffer({ iceRestart } = {}) {
    if (iceRestart) this.restarts += 1;
    this.generation += 1;
    return this.#describe('offer');
  }

  async setLocalDescription(description) {
    const type = description?.type ?? (this.signalingState === 'have-remote-offer' ? 'answer' : 'offer');
    this.localDescription = description ?? this.#describe(type);
    this.signalingState = type === 'offer' ? 'have-local-offer' : 'stable';
    queueMicrotask(() => this.onicecandidate?.({ candidate: { candidate: 'candidate:1', toJSON: () => ({ candidate: 'candidate:1', sdpMid: '0' }) } }));
    if (type === 'answer') this.#connected();
  }

  async setRemoteDescription(description) {
    if (description.type === 'answer' && this.signalingState !== 'have-local-offer') throw new Error('no offer');
    // What the browser does by itself when the polite side has an offer out.
    this.remoteDescription = description;
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
    if (description.type === 'answer') this.#connected();
  }

  async addIceCandidate(candidate) { this.candidates.push(candidate); }

  #connected() { this.becomes('connected'); }

  becomes(state) {
    if (this.connectionState === 'closed' || this.connectionState === state) return;
    this.connectionState = state;
    setTimeout(() => this.onconnectionstatechange?.());
  }

  async getStats() {
    return new Map(Object.entries({
      transport: { type: 'transport', selectedCandidatePairId: 'pair' },
      pair: { type: 'candidate-pair', localCandidateId: 'mine', remoteCandidateId: 'theirs', currentRoundTripTime: 0.042, bytesReceived: 1, bytesSent: 1 },
      mine: { candidateType: 'host', protocol: 'udp' },
      theirs: { candidateType: 'srflx', protocol: 'udp' },
      sound: { type: 'inbound-rtp', kind: 'audio', jitter: 0.003, packetsReceived: 990, packetsLost: 10 },
    }));
  }

  close() { this.connectionState = 'closed'; }
}

globalThis.MediaStream = FakeStream;
Object.defineProperty(globalThis, 'navigator', {
  value: { mediaDevices: { getUserMedia: async ({ audio, video }) => new FakeStream([audio && new FakeTrack('audio'), video && new FakeTrack('video')].filter(Boolean)) } },
});
globalThis.RTCPeerConnection = FakeConnection;

/** In place of microphone and camera. */
export async function openMedia(callType) {
  const kinds = callType === 'video' ? ['audio', 'video'] : ['audio'];
  return { stream: new FakeStream(kinds.map((kind) => new FakeTrack(kind))), lacking: [] };
}
