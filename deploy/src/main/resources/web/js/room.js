// What two people in a room do: they talk over a data channel, from browser to browser. The room carries its handshake.

const OVER = {
  deleted: 'The room was deleted.',
  left: 'You left the room.',
  replaced: 'You went on in another window.',
};

/** Events: `state` (words), `open`, `said` ({text, mine}), `over` (words). */
export class RoomTalk extends EventTarget {
  #room;
  #iceServers;
  #pc;
  #channel;
  #steps = Promise.resolve();

  constructor(room, iceServers) {
    super();
    this.#room = room;
    this.#iceServers = iceServers;
    const inOrder = (act) => (detail) => {
      this.#steps = this.#steps.then(() => act(detail)).catch((error) => this.#tell('state', error.message));
    };
    room.on('joined', ({ ready }) => ready || this.#tell('state', 'Waiting for the other person…'));
    room.on('down', () => this.#tell('state', 'Connecting to the server…'));
    room.on('ready', inOrder(({ isInitiator }) => this.#begin(isInitiator)));
    room.on('signal', inOrder((message) => this.#take(message)));
    room.on('peer-left', inOrder(({ dropped }) => {
      this.#part();
      this.#tell('state', dropped ? 'The other person’s connection was lost.' : 'The other person left the room.');
    }));
    room.on('refused', ({ message }) => this.#tell('state', message));
    room.on('over', ({ code, message }) => {
      this.#part();
      this.#tell('over', OVER[code] ?? message);
    });
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }

  async #begin(isInitiator) {
    // A channel that is open outlives the server's restart.
    if (this.#channel?.readyState === 'open') {
      this.#tell('open');
      return;
    }
    this.#tell('state', 'Connecting to each other…');
    this.#part();
    this.#connect();
    if (!isInitiator) return;
    this.#use(this.#pc.createDataChannel('talk'));
    await this.#pc.setLocalDescription();
    this.#room.signal({ type: 'webrtc_offer', sdp: this.#pc.localDescription.toJSON() });
  }

  #connect() {
    this.#pc = new RTCPeerConnection({ iceServers: this.#iceServers });
    this.#pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.#room.signal({ type: 'ice_candidate', candidate: candidate.toJSON() });
    };
    this.#pc.ondatachannel = ({ channel }) => this.#use(channel);
  }

  async #take({ type, sdp, candidate }) {
    switch (type) {
      case 'webrtc_offer':
        if (!this.#pc) this.#connect();
        await this.#pc.setRemoteDescription(sdp);
        await this.#pc.setLocalDescription();
        this.#room.signal({ type: 'webrtc_answer', sdp: this.#pc.localDescription.toJSON() });
        break;
      case 'webrtc_answer':
        await this.#pc?.setRemoteDescription(sdp);
        break;
      case 'ice_candidate':
        // One of a handshake that was begun anew belongs to nothing.
        await this.#pc?.addIceCandidate(candidate).catch(() => {});
        break;
      default:
    }
  }

  #use(channel) {
    this.#channel = channel;
    channel.onopen = () => this.#tell('open');
    channel.onmessage = ({ data }) => this.#tell('said', { text: data, mine: false });
  }

  say(text) {
    if (this.#channel?.readyState !== 'open') return;
    this.#channel.send(text);
    this.#tell('said', { text, mine: true });
  }

  #part() {
    this.#pc?.close();
    this.#pc = undefined;
    this.#channel = undefined;
  }

  close() {
    this.#room.leave();
  }
}
