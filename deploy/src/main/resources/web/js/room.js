// A two-person room: made by a join code over REST, then a plain WebSocket carries the handshake of a data channel.

const CODE_LIVES_SECONDS = 600;
const LOOK_EVERY_MS = 1500;

async function ask(path, body) {
  const answer = await fetch(path, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, ...(text ? JSON.parse(text) : {}) };
}

const WORDS = {
  conflict: 'That code is taken. Choose another.',
  not_found_or_expired: 'No such code, or it has run out.',
};

function failure({ error, status }) {
  return new Error(WORDS[error] ?? error ?? `The server answered ${status}.`);
}

/** Events: `state` (words), `open`, `said` ({text, mine}), `over` (words). */
export class Room extends EventTarget {
  constructor(deviceId, iceServers) {
    super();
    Object.assign(this, { deviceId, iceServers });
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }

  /** Offers a code and waits until somebody takes it. */
  async offer(joinid) {
    const made = await ask('/api/rooms', { joinid, client1: this.deviceId, expiresInSeconds: CODE_LIVES_SECONDS });
    if (made.status !== 201) throw failure(made);
    this.#tell('state', 'Waiting for somebody to enter the code…');
    while (!this.closed) {
      const look = await ask('/api/rooms/check', { joinid, client1: this.deviceId });
      if (look.status === 200) {
        this.#connect(look.roomid);
        return;
      }
      if (look.status !== 204) throw failure(look);
      await new Promise((later) => { setTimeout(later, LOOK_EVERY_MS); });
    }
  }

  async accept(joinid) {
    const taken = await ask('/api/rooms/accept', { joinid, client2: this.deviceId });
    if (taken.status !== 200) throw failure(taken);
    this.#connect(taken.roomid);
  }

  #connect(roomId) {
    this.roomId = roomId;
    if (this.resting) return;
    const url = new URL('/ws', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.onopen = () => this.#send({ type: 'join_room', roomId, deviceId: this.deviceId });
    socket.onmessage = ({ data }) => {
      this.steps = (this.steps ?? Promise.resolve())
        .then(() => this.#hear(JSON.parse(data)))
        .catch((error) => this.#tell('state', error.message));
    };
    socket.onclose = () => {
      if (this.closed || this.resting || this.socket !== socket) return;
      this.#tell('state', 'Connecting to the server…');
      setTimeout(() => !this.closed && !this.resting && this.socket === socket && this.#connect(roomId), 1000);
    };
  }

  /** The page is left, though perhaps kept by the browser: nobody is here. */
  rest() {
    this.resting = true;
    this.socket?.close();
  }

  /** The page is back. */
  wake() {
    this.resting = false;
    if (!this.closed && this.roomId) this.#connect(this.roomId);
  }

  #send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  async #hear(message) {
    switch (message.type) {
      case 'room_joined':
        if (!message.ready) this.#tell('state', 'Waiting for the other person…');
        break;
      case 'room_ready':
        await this.#begin(message.isInitiator);
        break;
      case 'webrtc_offer':
        if (!this.pc) this.#peer();
        await this.pc.setRemoteDescription(message.sdp);
        await this.pc.setLocalDescription();
        this.#send({ type: 'webrtc_answer', sdp: this.pc.localDescription.toJSON() });
        break;
      case 'webrtc_answer':
        await this.pc?.setRemoteDescription(message.sdp);
        break;
      case 'ice_candidate':
        await this.pc?.addIceCandidate(message.candidate).catch(() => {});
        break;
      case 'peer_left':
      case 'peer_disconnected':
        this.#part();
        this.#tell('state', message.message);
        break;
      case 'room_full':
      case 'room_deleted':
        this.close();
        this.#tell('over', message.error ?? 'The room was deleted.');
        break;
      case 'error':
        this.#tell('state', message.error);
        break;
      default:
    }
  }

  #peer() {
    const pc = new RTCPeerConnection({ iceServers: this.iceServers });
    this.pc = pc;
    pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.#send({ type: 'ice_candidate', candidate: candidate.toJSON() });
    };
    pc.ondatachannel = ({ channel }) => this.#use(channel);
  }

  async #begin(isInitiator) {
    this.#tell('state', 'Connecting to each other…');
    // A channel that is open outlives the server's restart.
    if (this.channel?.readyState === 'open') {
      this.#tell('open');
      return;
    }
    this.#part();
    this.#peer();
    if (!isInitiator) return;
    this.#use(this.pc.createDataChannel('talk'));
    await this.pc.setLocalDescription();
    this.#send({ type: 'webrtc_offer', sdp: this.pc.localDescription.toJSON() });
  }

  #use(channel) {
    this.channel = channel;
    channel.onopen = () => this.#tell('open');
    channel.onmessage = ({ data }) => this.#tell('said', { text: data, mine: false });
  }

  say(text) {
    if (this.channel?.readyState !== 'open') return;
    this.channel.send(text);
    this.#tell('said', { text, mine: true });
  }

  #part() {
    this.pc?.close();
    this.pc = undefined;
    this.channel = undefined;
  }

  close() {
    this.closed = true;
    this.#send({ type: 'leave_room' });
    this.socket?.close();
    this.#part();
  }
}
