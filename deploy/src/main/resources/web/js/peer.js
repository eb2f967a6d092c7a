// One RTCPeerConnection and its negotiation. Calls on one Peer come one after the other (Call sees to it).
//
// The side whose offer was the first to be answered `leads`: it alone restarts ICE, for the life of the connection. When the
// answerer does, Firefox as first offerer turns its DTLS role (setup:active), and Chromium's side of the connection is lost.

/** The session id of a description's o= line: it changes only when the other side made a new connection. */
function sessionOf(description) {
  return /^o=\S+ (\S+)/m.exec(description?.sdp ?? '')?.[1];
}

export class Peer {
  /**
   * @param options.polite whether this side gives way when both offer at once
   * @param options.send called with (event, {sdp} or {candidate})
   * @param options.onState called with each connection state
   */
  constructor({ iceServers, relayOnly, polite, stream, wantsVideo, send, onTrack, onState }) {
    this.polite = polite;
    this.send = send;
    this.waiting = [];
    this.ignoring = false;
    this.pc = new RTCPeerConnection({
      iceServers: iceServers ?? [],
      iceTransportPolicy: relayOnly ? 'relay' : 'all',
    });
    this.kinds = wantsVideo ? ['audio', 'video'] : ['audio'];
    for (const track of stream.getTracks()) this.pc.addTrack(track, stream);
    this.pc.ontrack = ({ track }) => onTrack(track);
    this.pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) send('ice_candidate', { candidate: candidate.toJSON() });
    };
    this.pc.onconnectionstatechange = () => onState(this.pc.connectionState);
  }

  /** Describes this side, or does so again while no answer has come; with `restart` the way is searched anew. */
  async offer({ restart = false } = {}) {
    const { pc } = this;
    if (pc.signalingState === 'have-local-offer') {
      this.send('sdp_offer', { sdp: pc.localDescription.toJSON() });
      return;
    }
    if (pc.signalingState !== 'stable') return;
    // A side without a camera or microphone of its own still has to ask for theirs.
    for (const kind of this.kinds) {
      if (!pc.getTransceivers().some(({ receiver }) => receiver.track.kind === kind)) {
        pc.addTransceiver(kind, { direction: 'recvonly' });
      }
    }
    await pc.setLocalDescription(await pc.createOffer({ iceRestart: restart }));
    this.send('sdp_offer', { sdp: pc.localDescription.toJSON() });
  }

  /** Restarts ICE if this side leads; while an offer is out, after its answer. */
  async restart() {
    if (!this.leads) return;
    this.restartDue = this.pc.signalingState !== 'stable';
    if (!this.restartDue) await this.offer({ restart: true });
  }

  /** Whether the description comes from another connection than the one this Peer is married to. */
  isStranger(description) {
    const known = sessionOf(this.pc.remoteDescription);
    return known !== undefined && known !== sessionOf(description);
  }

  /** Whether an offer that comes now collides with our own and loses. */
  refuses() {
    return !this.polite && this.pc.signalingState !== 'stable';
  }

  async takeOffer(description) {
    this.ignoring = this.refuses();
    if (this.ignoring) return;
    await this.pc.setRemoteDescription(description);
    this.leads ??= false;
    await this.#takeWaiting();
    await this.pc.setLocalDescription();
    this.send('sdp_answer', { sdp: this.pc.localDescription.toJSON() });
  }

  async takeAnswer(description) {
    if (this.pc.signalingState !== 'have-local-offer') return;
    this.ignoring = false;
    await this.pc.setRemoteDescription(description);
    this.leads ??= true;
    await this.#takeWaiting();
    if (this.restartDue) await this.restart();
  }

  async takeCandidate(candidate) {
    if (!this.pc.remoteDescription) {
      this.waiting.push(candidate);
      return;
    }
    try {
      await this.pc.addIceCandidate(candidate);
    } catch (error) {
      // Candidates of an ignored or replaced description belong to nothing any more.
      if (!this.ignoring) console.debug('candidate left out:', error.message);
    }
  }

  async #takeWaiting() {
    for (const candidate of this.waiting.splice(0)) await this.takeCandidate(candidate);
  }

  useServers(iceServers) {
    this.pc.setConfiguration({ ...this.pc.getConfiguration(), iceServers });
  }

  close() {
    this.pc.onicecandidate = null;
    this.pc.ontrack = null;
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }
}
