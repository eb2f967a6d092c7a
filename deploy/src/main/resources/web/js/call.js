// The one call of this page: from the first ring to the last word. It knows the protocol and the media, and tells the
// page by way of `onChange` and `onEnd`; it touches no element.

import { closeMedia, openMedia } from './media.js';
import { Peer } from './peer.js';
import { look } from './stats.js';

const KEY = 'switchboard.call';

/** After how long without a connection the side that leads searches the way anew. */
const RESTART_AFTER_MS = 3000;
/** After how long without a word from it the other side begins a new connection. */
const ANEW_AFTER_MS = 7000;
/** By then both sides have the new credentials. */
const RENEW_AFTER_MS = 3000;

export function rememberedCall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? undefined;
  } catch {
    return undefined;
  }
}

export class Call {
  /**
   * @param what {callId?, peerId, callType, role: 'caller'|'callee'}
   * @param page {onChange(call), onEnd(call, reason), relayOnly}
   */
  constructor(session, what, page) {
    Object.assign(this, { session, page }, what);
    this.phase = this.role === 'caller' ? 'outgoing' : 'incoming';
    this.remote = new MediaStream();
    this.iceServers = session.iceServers;
    this.work = Promise.resolve();
    this.early = [];
  }

  get pc() {
    return this.peer?.pc;
  }

  get accepted() {
    return ['connecting', 'connected', 'reconnecting'].includes(this.phase);
  }

  #to(phase) {
    if (this.over) return;
    this.phase = phase;
    if (this.callId && phase !== 'incoming') {
      const { callId, peerId, callType, role } = this;
      sessionStorage.setItem(KEY, JSON.stringify({ callId, peerId, callType, role }));
    }
    this.page.onChange(this);
  }

  async #open() {
    this.opening ??= openMedia(this.callType).then(({ stream, lacking }) => {
      if (this.over) {
        closeMedia(stream);
        return;
      }
      this.stream = stream;
      this.lacking = lacking;
      this.page.onChange(this);
    });
    return this.opening;
  }

  /** Rings the other side. Answers the server's answer; fails if there was none. */
  async initiate() {
    await this.#open();
    if (this.over) return undefined;
    const answer = await this.session.request('call_initiate', {
      calleeId: this.peerId,
      callType: this.callType,
      callerName: this.session.userId,
    });
    if (!answer.success) return answer;
    this.callId = answer.callId;
    this.iceServers = answer.iceServers ?? this.iceServers;
    if (this.over) {
      // Hung up before the server had a name for it.
      this.session.post('call_end', { callId: this.callId });
    } else if (!this.accepted) {
      this.#to('outgoing');
      // Their acceptance can overtake our acknowledgement.
      for (const act of this.early.splice(0)) act();
    }
    return answer;
  }

  /** Takes an incoming call. The same answer as from the server; undefined where none came (it may still succeed). */
  async accept() {
    this.#to('accepting');
    await this.#open();
    if (this.over) return undefined;
    try {
      const answer = await this.session.request('call_accept', { callId: this.callId });
      if (answer.success) {
        this.iceServers = answer.iceServers ?? this.iceServers;
        if (!this.accepted) this.#to('connecting');
      }
      return answer;
    } catch {
      return undefined;
    }
  }

  /** The other side said yes: the caller describes itself first. */
  acceptedByThem() {
    if (this.over || this.accepted) return;
    this.#to('connecting');
    this.#queue(async () => {
      await this.#open();
      if (!this.over && !this.peer) await this.#connect().offer();
    });
  }

  /** The server knows this call still, after our connection or the page was new. */
  resumed(state) {
    clearTimeout(this.lossTimer);
    if (this.over || state === 'ringing') return;
    this.#queue(async () => {
      await this.#open();
      if (this.over) return;
      if (!this.accepted) this.#to('connecting');
      if (!this.peer) await this.#connect().offer();
      else if (this.pc.connectionState === 'failed') await this.#restart();
    });
    this.page.onChange(this);
  }

  #connect() {
    this.peer?.close();
    for (const track of this.remote.getTracks()) this.remote.removeTrack(track);
    this.reported = undefined;
    const about = (payload) => ({ callId: this.callId, to: this.peerId, ...payload });
    const peer = new Peer({
      iceServers: this.iceServers,
      relayOnly: this.page.relayOnly,
      polite: this.role === 'callee',
      stream: this.stream ?? new MediaStream(),
      wantsVideo: this.callType === 'video',
      send: (event, payload) => this.session.post(event, about(payload), (error) => this.#refused(error)),
      onTrack: (track) => {
        this.remote.addTrack(track);
        this.page.onChange(this);
      },
      onState: (state) => this.#connectionIs(state),
    });
    this.peer = peer;
    return peer;
  }

  #refused({ code }) {
    if (code === 'E101' || code === 'E102') this.end('over');
  }

  /** Descriptions and candidates are worked off one after the other, in the order they came. */
  #queue(job) {
    this.work = this.work.then(() => (this.over ? undefined : job())).catch((error) => {
      console.warn('call:', error);
    });
  }

  takeDescription(type, sdp) {
    const description = typeof sdp === 'string' ? { type, sdp } : sdp;
    this.#queue(async () => {
      await this.#open();
      if (this.over) return;
      if (!this.accepted) this.#to('connecting');
      const stranger = this.peer?.isStranger(description) ?? false;
      if (type === 'answer') {
        if (!this.peer) return;
        // Their page was reloaded while our offer was under way: both start anew.
        if (stranger) await this.#connect().offer();
        else await this.peer.takeAnswer(description);
        return;
      }
      if (this.peer?.refuses()) {
        this.peer.ignoring = true;
        return;
      }
      const collides = this.peer && this.pc.signalingState !== 'stable' && !this.pc.remoteDescription;
      if (!this.peer || stranger || collides) this.#connect();
      await this.peer.takeOffer(description);
      // Their search is under way: this side waits for what becomes of it.
      if (this.restartTimer) this.#restartSoon();
    });
  }

  takeCandidate(candidate) {
    if (!candidate) return;
    const init = typeof candidate === 'string' ? { candidate, sdpMLineIndex: 0 } : candidate;
    this.#queue(async () => {
      await this.#open();
      if (!this.peer) this.#connect();
      await this.peer.takeCandidate(init);
    });
  }

  /**
   * New credentials for the relays. They are for whatever is gathered from now on; a path through a relay, on either side,
   * is searched anew, since some relays end an allocation with the credential it was made with. A direct one stays.
   */
  takeServers(iceServers) {
    this.iceServers = iceServers;
    this.#queue(() => this.peer?.useServers(iceServers));
    clearTimeout(this.renewalTimer);
    this.renewalTimer = setTimeout(() => this.#queue(async () => {
      const seen = await look(this.pc).catch(() => undefined);
      if (seen?.relayed) await this.peer.restart();
    }), RENEW_AFTER_MS);
  }

  /** The way is lost. The side that leads restarts ICE; what it has said already it says again. */
  async #restart() {
    if (this.peer.leads) await this.peer.offer({ restart: true });
  }

  #connectionIs(state) {
    if (this.over) return;
    this.#restartNoMore();
    if (state === 'connected') {
      this.connectedAt ??= Date.now();
      this.#to('connected');
    } else if (state === 'disconnected' || state === 'failed') {
      this.#to('reconnecting');
      this.#restartSoon();
    }
    if (state === 'connected' || state === 'failed') this.#report(state);
  }

  #restartSoon() {
    this.#restartNoMore();
    const leads = this.peer?.leads ?? this.role === 'caller';
    this.restartTimer = setTimeout(() => {
      if (this.over || this.pc?.connectionState === 'connected') return;
      // Without the server nothing reaches the other side, and what waits for it would come all at once.
      if (this.session.registered) this.#queue(() => (leads ? this.peer.offer({ restart: true }) : this.#connect().offer()));
      this.#restartSoon();
    }, leads ? RESTART_AFTER_MS : ANEW_AFTER_MS);
  }

  #restartNoMore() {
    clearTimeout(this.restartTimer);
    this.restartTimer = undefined;
  }

  async #report(state) {
    if (this.reported === state) return;
    this.reported = state;
    const seen = await look(this.pc).catch(() => undefined);
    this.session.post('connection_state', {
      callId: this.callId,
      state,
      ...(seen && { localType: seen.localType, remoteType: seen.remoteType }),
    });
  }

  theyAreAway(away) {
    this.peerAway = away;
    if (!away && this.pc?.connectionState === 'failed') this.#queue(() => this.#restart());
    this.page.onChange(this);
  }

  toggle(kind) {
    const tracks = this.stream?.getTracks().filter((track) => track.kind === kind) ?? [];
    const on = !tracks.some((track) => track.enabled);
    for (const track of tracks) track.enabled = on;
    this.page.onChange(this);
  }

  /** This side hangs up, cancels or declines. */
  hangUp() {
    if (this.over) return;
    const { callId } = this;
    const declines = this.role === 'callee' && this.phase === 'incoming';
    this.end(declines ? 'declined_here' : 'hangup_here');
    if (callId) this.session.post(declines ? 'call_reject' : 'call_end', { callId });
  }

  /** It is over, whoever said so. */
  end(reason) {
    if (this.over) return;
    this.wasAccepted = this.accepted;
    this.over = true;
    this.phase = 'ended';
    this.#restartNoMore();
    clearTimeout(this.renewalTimer);
    clearTimeout(this.lossTimer);
    sessionStorage.removeItem(KEY);
    this.peer?.close();
    this.peer = undefined;
    closeMedia(this.stream);
    if (this.callId) this.session.forget(this.callId);
    this.page.onEnd(this, reason);
  }
}
