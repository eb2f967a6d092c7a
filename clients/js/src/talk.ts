import type { CallType, Media } from './media.js';
import { closeMedia, openMedia } from './media.js';
import { Peer, type Description, type MakeConnection } from './peer.js';
import { QualityMeter, look, type Look, type Quality } from './stats.js';
import type { IceServers } from './wire.js';

/** After how long without a connection the side that leads searches the way anew. */
const RESTART_AFTER_MS = 3000;
/** After how long without a word from it the other side begins a new connection. */
const ANEW_AFTER_MS = 7000;
/** By then both sides have the new credentials. */
const RENEW_AFTER_MS = 3000;

export interface CallOptions {
  relayOnly?: () => boolean;
  /** Where sound and picture come from. Default: the person's microphone and camera. */
  openMedia?: (callType: CallType) => Promise<Media>;
  makeConnection?: MakeConnection;
}

/** What a talk has the call do. */
export interface TalkOwner {
  readonly callType: CallType;
  readonly role: 'caller' | 'callee';
  readonly over: boolean;
  /** Whether the server can be reached. */
  readonly serverUp: boolean;
  signal(event: string, body: object): void;
  /** The other side has begun to connect. */
  begun(): void;
  connectionIs(state: RTCPeerConnectionState): void;
  found(state: 'connected' | 'failed', seen: Look | undefined): void;
  measured(quality: Quality): void;
  changed(): void;
}

/** Sound and picture of a call: its media, and its connection, which may be made anew more than once. */
export class Talk {
  /** What the other side sends. */
  readonly remote = new MediaStream();
  media: Media | undefined;
  iceServers: IceServers;
  readonly #owner: TalkOwner;
  readonly #options: CallOptions;
  readonly #meter: QualityMeter;
  #peer: Peer | undefined;
  #work: Promise<void> = Promise.resolve();
  #opening: Promise<void> | undefined;
  #reported: string | undefined;
  #restartTimer: ReturnType<typeof setTimeout> | undefined;
  #renewalTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: TalkOwner, iceServers: IceServers, options: CallOptions) {
    this.#owner = owner;
    this.#options = options;
    this.#meter = new QualityMeter((quality) => owner.measured(quality));
    this.iceServers = iceServers;
  }

  get pc(): RTCPeerConnection | undefined {
    return this.#peer?.pc;
  }

  get quality(): Quality | undefined {
    return this.#meter.quality;
  }

  open(): Promise<void> {
    this.#opening ??= (this.#options.openMedia ?? openMedia)(this.#owner.callType).then((media) => {
      if (this.#owner.over) {
        closeMedia(media.stream);
        return;
      }
      this.media = media;
      this.#owner.changed();
    });
    return this.#opening;
  }

  /** This side begins: it describes itself first. */
  begin(): void {
    this.#queue(async () => {
      await this.open();
      if (!this.#owner.over && !this.#peer) await this.#connect().offer();
    });
  }

  /** The server knows the call still, after its connection or the page was new. */
  resume(): void {
    this.#queue(async () => {
      await this.open();
      if (this.#owner.over) return;
      this.#owner.begun();
      if (!this.#peer) await this.#connect().offer();
      else await this.#restartIfFailed();
    });
  }

  #connect(): Peer {
    this.#peer?.close();
    for (const track of this.remote.getTracks()) this.remote.removeTrack(track);
    this.#reported = undefined;
    this.#peer = new Peer({
      make: this.#options.makeConnection ?? ((configuration) => new RTCPeerConnection(configuration)),
      iceServers: this.iceServers,
      relayOnly: this.#options.relayOnly?.() ?? false,
      polite: this.#owner.role === 'callee',
      stream: this.media?.stream ?? new MediaStream(),
      wantsVideo: this.#owner.callType === 'video',
      send: (event: string, body: object) => this.#owner.signal(event, body),
      onTrack: (track) => {
        this.remote.addTrack(track);
        this.#owner.changed();
      },
      onState: (state) => this.#connectionIs(state),
    });
    return this.#peer;
  }

  /** Descriptions and candidates are worked off one after the other, in the order they came. */
  #queue(job: () => unknown): void {
    this.#work = this.#work.then(() => (this.#owner.over ? undefined : job())).then(() => {}, (error) => {
      console.warn('switchboard: call:', error);
    });
  }

  takeDescription(type: 'offer' | 'answer', sdp: unknown): void {
    const description = (typeof sdp === 'string' ? { type, sdp } : sdp) as Description;
    this.#queue(async () => {
      await this.open();
      if (this.#owner.over) return;
      this.#owner.begun();
      const peer = this.#peer;
      const stranger = peer?.isStranger(description) ?? false;
      if (type === 'answer') {
        // Their page was reloaded while our offer was under way: both start anew.
        if (stranger) await this.#connect().offer();
        else await peer?.takeAnswer(description);
        return;
      }
      if (peer?.refuses()) {
        peer.ignoring = true;
        return;
      }
      const collides = peer && peer.pc.signalingState !== 'stable' && !peer.pc.remoteDescription;
      await (!peer || stranger || collides ? this.#connect() : peer).takeOffer(description);
      // Their search is under way: this side waits for what becomes of it.
      if (this.#restartTimer) this.#restartSoon();
    });
  }

  takeCandidate(candidate: unknown): void {
    if (!candidate) return;
    const init = (typeof candidate === 'string' ? { candidate, sdpMLineIndex: 0 } : candidate) as RTCIceCandidateInit;
    this.#queue(async () => {
      await this.open();
      await (this.#peer ?? this.#connect()).takeCandidate(init);
    });
  }

  /**
   * New credentials for the relays. They are for whatever is gathered from now on; a path through a relay, on either
   * side, is searched anew, since some relays end an allocation with the credential it was made with. A direct one stays.
   */
  takeServers(iceServers: IceServers): void {
    this.iceServers = iceServers;
    this.#queue(() => this.#peer?.useServers(iceServers));
    clearTimeout(this.#renewalTimer);
    this.#renewalTimer = setTimeout(() => this.#queue(async () => {
      const seen = this.pc && await look(this.pc).catch(() => undefined);
      if (seen?.relayed) await this.#peer?.restart();
    }), RENEW_AFTER_MS);
  }

  /** The machine has another network; the old path may be dead, though nothing says so yet. */
  networkChanged(): void {
    this.#queue(() => this.#peer?.restart());
  }

  /** The other side is back: if the way was lost meanwhile, the side that leads searches it anew. */
  peerIsBack(): void {
    this.#queue(() => this.#restartIfFailed());
  }

  /** What was said already is said again, if it waits for its answer. */
  async #restartIfFailed(): Promise<void> {
    if (this.#peer?.leads && this.pc?.connectionState === 'failed') await this.#peer.offer({ restart: true });
  }

  #connectionIs(state: RTCPeerConnectionState): void {
    if (this.#owner.over) return;
    this.#restartNoMore();
    if (state === 'connected' && this.pc) this.#meter.watch(this.pc);
    if (state === 'disconnected' || state === 'failed') this.#restartSoon();
    this.#owner.connectionIs(state);
    if (state === 'connected' || state === 'failed') void this.#report(state);
  }

  #restartSoon(): void {
    this.#restartNoMore();
    const leads = this.#peer?.leads ?? this.#owner.role === 'caller';
    this.#restartTimer = setTimeout(() => {
      if (this.#owner.over || this.pc?.connectionState === 'connected') return;
      // Without the server nothing reaches the other side, and what waits for it would come all at once.
      if (this.#owner.serverUp) {
        this.#queue(() => (leads ? this.#peer?.offer({ restart: true }) : this.#connect().offer()));
      }
      this.#restartSoon();
    }, leads ? RESTART_AFTER_MS : ANEW_AFTER_MS);
  }

  #restartNoMore(): void {
    clearTimeout(this.#restartTimer);
    this.#restartTimer = undefined;
  }

  async #report(state: 'connected' | 'failed'): Promise<void> {
    if (this.#reported === state) return;
    this.#reported = state;
    const seen = this.pc && await look(this.pc).catch(() => undefined);
    this.#owner.found(state, seen);
  }

  /** Mutes the microphone or stops the camera, or the other way round. */
  toggle(kind: 'audio' | 'video'): void {
    const tracks = this.media?.stream.getTracks().filter((track) => track.kind === kind) ?? [];
    const on = !tracks.some((track) => track.enabled);
    for (const track of tracks) track.enabled = on;
    this.#owner.changed();
  }

  close(): void {
    this.#meter.pause();
    this.#restartNoMore();
    clearTimeout(this.#renewalTimer);
    this.#peer?.close();
    this.#peer = undefined;
    closeMedia(this.media?.stream);
  }
}
