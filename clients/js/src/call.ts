import { Emitter } from './emitter.js';
import type { Connection } from './connection.js';
import type { CallType, Media } from './media.js';
import type { Quality } from './stats.js';
import { drop, keep, recall } from './storage.js';
import { Talk, type CallOptions } from './talk.js';
import type { CallAnswer, CallError } from './wire.js';

/** How long an answer to ringing or taking is worth waiting for. */
const GIVE_UP_AFTER_MS = 30_000;

export type CallPhase = 'outgoing' | 'incoming' | 'accepting' | 'connecting' | 'connected' | 'reconnecting' | 'ended';

/** What is known of a call before anything happens. */
export interface CallFacts {
  callId?: string;
  peerId: string;
  callType: CallType;
  role: 'caller' | 'callee';
  callerName?: string | null;
  callerAvatar?: string | null;
  metadata?: Record<string, unknown>;
}

export interface CallEvents {
  /** Anything that a page shows of the call is another now. */
  change: Call;
  /** It is over; `reason` is the server's, or `hangup_here`, `declined_here`, `refused`, `no_answer` or `over` of this side. */
  end: { reason: string; error?: CallError };
  /** How the connection was so far: about once a minute, and at the end. */
  quality: Quality;
}

export function rememberedCall(): CallFacts | undefined {
  return recall<CallFacts>('call');
}

export function forgetCall(): void {
  drop('call');
}

/** One call, from the first ring to the last word. A page makes none: `Calls` does. */
export class Call extends Emitter<CallEvents> {
  readonly peerId: string;
  readonly callType: CallType;
  readonly facts: CallFacts;
  callId: string | undefined;
  role: 'caller' | 'callee';
  phase: CallPhase;
  connectedAt: number | undefined;
  /** The other side's device has lost the server, and may come back. */
  peerAway = false;
  over = false;
  wasAccepted = false;
  /** @internal */
  readonly talk: Talk;
  readonly #connection: Connection;
  #early: Array<() => void> = [];
  #answeredFirst = false;

  /** @internal */
  constructor(connection: Connection, facts: CallFacts, options: CallOptions) {
    super();
    this.#connection = connection;
    this.facts = facts;
    this.callId = facts.callId;
    this.peerId = facts.peerId;
    this.callType = facts.callType;
    this.role = facts.role;
    this.phase = facts.callId ? 'incoming' : 'outgoing';
    this.talk = this.#newTalk(options);
  }

  #newTalk(options: CallOptions): Talk {
    const call = this;
    const connection = this.#connection;
    return new Talk({
      callType: call.callType,
      get role() { return call.role; },
      get over() { return call.over; },
      get serverUp() { return connection.up; },
      signal: (event, body) => void call.#signal(event, body),
      begun: () => call.accepted || call.to('connecting'),
      connectionIs: (state) => call.#connectionIs(state),
      found: (state, seen) => {
        const types = seen && { localType: seen.localType, remoteType: seen.remoteType };
        void connection.post('connection_state', { callId: call.callId, state, ...types });
      },
      measured: (quality) => call.#measured(quality),
      changed: () => call.#changed(),
    }, connection.iceServers, options);
  }

  /** The connection to the other side, as long as there is one. */
  get pc(): RTCPeerConnection | undefined {
    return this.talk.pc;
  }

  /** What the other side sends. */
  get remote(): MediaStream {
    return this.talk.remote;
  }

  /** What this side sends. */
  get stream(): MediaStream | undefined {
    return this.talk.media?.stream;
  }

  get media(): Media | undefined {
    return this.talk.media;
  }

  /** What was measured so far; undefined before there is anything. */
  get quality(): Quality | undefined {
    return this.talk.quality;
  }

  get accepted(): boolean {
    return ['connecting', 'connected', 'reconnecting'].includes(this.phase);
  }

  #changed(): void {
    this.tell('change', this);
  }

  /** @internal */
  to(phase: CallPhase): void {
    if (this.over) return;
    this.phase = phase;
    if (this.callId && phase !== 'incoming') {
      const { callId, peerId, callType, role } = this;
      keep('call', { callId, peerId, callType, role });
    }
    this.#changed();
  }

  /**
   * Rings the other side. The server answers a device that asks again like the first time, so it is asked until it answers, over
   * breaks of the connection, unless the call has come back by another way.
   *
   * @internal
   */
  async initiate(): Promise<CallAnswer | undefined> {
    await this.talk.open();
    if (this.over) return undefined;
    const { callerName, callerAvatar, metadata } = this.facts;
    const answer = await this.#settled('call_initiate', {
      calleeId: this.peerId,
      callType: this.callType,
      callerName: callerName ?? this.#connection.userId,
      ...(callerAvatar && { callerAvatar }),
      ...(metadata && { metadata }),
    }, () => !this.over && !this.callId);
    if (answer?.success && !this.callId) this.isNamed(answer);
    return answer;
  }

  /** @internal What overtakes the acknowledgement of this side's own call waits until the call has a name. */
  whenNamed(act: () => void): void {
    this.#early.push(act);
  }

  /** @internal The server has a name for the call that this side has begun. */
  isNamed({ callId, iceServers }: Pick<CallAnswer, 'callId' | 'iceServers'>): void {
    this.callId = callId;
    if (iceServers) this.talk.iceServers = iceServers;
    if (this.over) {
      // Hung up before there was one.
      void this.#connection.post('call_end', { callId });
      return;
    }
    this.to('outgoing');
    for (const act of this.#early.splice(0)) act();
  }

  /** Takes an incoming call. The server's answer; undefined where none came (it may still succeed). */
  async accept(): Promise<CallAnswer | undefined> {
    this.to('accepting');
    await this.talk.open();
    if (this.over) return undefined;
    const answer = await this.#settled('call_accept', { callId: this.callId }, () => this.phase === 'accepting');
    if (this.over || !answer) return answer;
    if (answer.success) {
      if (answer.iceServers) this.talk.iceServers = answer.iceServers;
      if (this.role === 'caller') this.#takenOnBehalf(answer);
      else if (!this.accepted) this.to('connecting');
    } else if (!this.accepted) {
      this.finish('refused', answer.error);
    }
    return answer;
  }

  /** A call that the team's back end has begun for this user: who takes it is its caller from now on. */
  #takenOnBehalf({ state }: CallAnswer): void {
    this.to('outgoing');
    if (state === 'accepted' || this.#answeredFirst) this.acceptedByThem();
  }

  /** Sent again until there is an answer, or nobody wants it any more. */
  #settled(event: string, payload: unknown, wanted: () => boolean): Promise<CallAnswer | undefined> {
    const until = Date.now() + GIVE_UP_AFTER_MS;
    const answered = this.#connection.post(event, payload, {
      wanted: () => wanted() && Date.now() < until,
      insist: false,
    }) as Promise<CallAnswer | undefined>;
    return new Promise((settle) => {
      const timer = setTimeout(settle, GIVE_UP_AFTER_MS, undefined);
      void answered.then((answer) => {
        clearTimeout(timer);
        settle(answer);
      });
    });
  }

  /** @internal The other side said yes: the caller describes itself first. */
  acceptedByThem(): void {
    if (this.over || this.accepted) return;
    if (this.phase !== 'outgoing') {
      this.#answeredFirst = true;
      return;
    }
    this.to('connecting');
    this.talk.begin();
  }

  /** @internal The server knows this call still. */
  resumed(state: string): void {
    if (this.over || state === 'ringing') return;
    this.talk.resume();
    this.#changed();
  }

  async #signal(event: string, body: object): Promise<void> {
    const answer = await this.#connection.post(event, { callId: this.callId, to: this.peerId, ...body });
    const code = answer?.error?.code;
    if (code === 'E101' || code === 'E102') this.finish('over');
  }

  #connectionIs(state: RTCPeerConnectionState): void {
    if (state === 'connected') {
      this.connectedAt ??= Date.now();
      this.to('connected');
    } else if (state === 'disconnected' || state === 'failed') {
      this.to('reconnecting');
    }
  }

  #measured(quality: Quality): void {
    if (!this.callId) return;
    this.tell('quality', quality);
    // One that is refused is not worth another try.
    void this.#connection.post('call_stats', { callId: this.callId, ...quality }, { insist: false });
  }

  /** @internal */
  theyAreAway(away: boolean): void {
    this.peerAway = away;
    if (!away) this.talk.peerIsBack();
    this.#changed();
  }

  /** Mutes the microphone or stops the camera, or the other way round. */
  toggle(kind: 'audio' | 'video'): void {
    this.talk.toggle(kind);
  }

  /** This side hangs up, cancels or declines. */
  hangUp(): void {
    if (this.over) return;
    const { callId } = this;
    const declines = this.role === 'callee' && this.phase === 'incoming';
    this.finish(declines ? 'declined_here' : 'hangup_here');
    if (callId) void this.#connection.post(declines ? 'call_reject' : 'call_end', { callId });
  }

  /** @internal It is over, whoever said so. */
  finish(reason: string, error?: CallError): void {
    if (this.over) return;
    const { quality } = this;
    this.wasAccepted = this.accepted;
    this.over = true;
    this.phase = 'ended';
    this.talk.close();
    forgetCall();
    if (this.callId) this.#connection.forget(this.callId);
    if (quality) this.#measured(quality);
    this.tell('end', { reason, error });
  }
}
