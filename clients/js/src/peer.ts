// One RTCPeerConnection and its negotiation (perfect negotiation, W3C WebRTC section 10.7). What a Peer is asked to do comes
// one after the other; Call sees to it.
//
// The side whose offer was the first to be answered `leads`: it alone restarts ICE, for the life of the connection. When the
// answerer does, Firefox as first offerer turns its DTLS role (setup:active), and Chromium's side of the connection is lost.

import type { IceServers } from './wire.js';

export type Description = { type: RTCSdpType; sdp?: string };

export type MakeConnection = (configuration: RTCConfiguration) => RTCPeerConnection;

export interface PeerOptions {
  make: MakeConnection;
  iceServers: IceServers;
  relayOnly: boolean;
  /** Whether this side gives way when both offer at once. */
  polite: boolean;
  stream: MediaStream;
  wantsVideo: boolean;
  send(event: 'sdp_offer' | 'sdp_answer', body: { sdp: Description }): void;
  send(event: 'ice_candidate', body: { candidate: RTCIceCandidateInit }): void;
  onTrack(track: MediaStreamTrack): void;
  onState(state: RTCPeerConnectionState): void;
}

/** The session id of a description's o= line: it changes only when the other side made a new connection. */
function sessionOf(description: Description | null): string | undefined {
  return /^o=\S+ (\S+)/m.exec(description?.sdp ?? '')?.[1];
}

function plain({ type, sdp }: RTCSessionDescription): Description {
  return { type, sdp };
}

export class Peer {
  readonly pc: RTCPeerConnection;
  /** Undefined until one side's offer was answered. */
  leads: boolean | undefined;
  ignoring = false;
  readonly #options: PeerOptions;
  readonly #kinds: string[];
  readonly #waiting: RTCIceCandidateInit[] = [];
  #restartDue = false;

  constructor(options: PeerOptions) {
    const { make, iceServers, relayOnly, stream, wantsVideo, send, onTrack, onState } = options;
    this.#options = options;
    this.#kinds = wantsVideo ? ['audio', 'video'] : ['audio'];
    this.pc = make({ iceServers: iceServers as RTCIceServer[], iceTransportPolicy: relayOnly ? 'relay' : 'all' });
    for (const track of stream.getTracks()) this.pc.addTrack(track, stream);
    this.pc.ontrack = ({ track }) => onTrack(track);
    this.pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) send('ice_candidate', { candidate: candidate.toJSON() });
    };
    this.pc.onconnectionstatechange = () => onState(this.pc.connectionState);
  }

  /** Describes this side, or does so again while no answer has come; with `restart` the way is searched anew. */
  async offer({ restart = false } = {}): Promise<void> {
    const { pc } = this;
    if (pc.signalingState === 'stable') {
      // A side without a camera or microphone of its own still has to ask for theirs.
      for (const kind of this.#kinds) {
        if (!pc.getTransceivers().some(({ receiver }) => receiver.track.kind === kind)) {
          pc.addTransceiver(kind, { direction: 'recvonly' });
        }
      }
      await pc.setLocalDescription(await pc.createOffer({ iceRestart: restart }));
    } else if (pc.signalingState !== 'have-local-offer') {
      return;
    }
    this.#options.send('sdp_offer', { sdp: plain(pc.localDescription!) });
  }

  /** Restarts ICE if this side leads; while an offer is out, after its answer. */
  async restart(): Promise<void> {
    if (!this.leads) return;
    this.#restartDue = this.pc.signalingState !== 'stable';
    if (!this.#restartDue) await this.offer({ restart: true });
  }

  /** Whether the description comes from another connection than the one this Peer is married to. */
  isStranger(description: Description): boolean {
    const known = sessionOf(this.pc.remoteDescription);
    return known !== undefined && known !== sessionOf(description);
  }

  /** Whether an offer that comes now collides with our own and loses. */
  refuses(): boolean {
    return !this.#options.polite && this.pc.signalingState !== 'stable';
  }

  async takeOffer(description: Description): Promise<void> {
    this.ignoring = this.refuses();
    if (this.ignoring) return;
    await this.pc.setRemoteDescription(description);
    this.leads ??= false;
    await this.#takeWaiting();
    await this.pc.setLocalDescription();
    this.#options.send('sdp_answer', { sdp: plain(this.pc.localDescription!) });
  }

  async takeAnswer(description: Description): Promise<void> {
    if (this.pc.signalingState !== 'have-local-offer') return;
    this.ignoring = false;
    await this.pc.setRemoteDescription(description);
    this.leads ??= true;
    await this.#takeWaiting();
    if (this.#restartDue) await this.restart();
  }

  async takeCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (!this.pc.remoteDescription) {
      this.#waiting.push(candidate);
      return;
    }
    try {
      await this.pc.addIceCandidate(candidate);
    } catch (error) {
      // Candidates of an ignored or replaced description belong to nothing any more.
      if (!this.ignoring) console.debug('switchboard: candidate left out:', error);
    }
  }

  async #takeWaiting(): Promise<void> {
    for (const candidate of this.#waiting.splice(0)) await this.takeCandidate(candidate);
  }

  useServers(iceServers: IceServers): void {
    this.pc.setConfiguration({ ...this.pc.getConfiguration(), iceServers: iceServers as RTCIceServer[] });
  }

  close(): void {
    this.pc.onicecandidate = null;
    this.pc.ontrack = null;
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }
}
