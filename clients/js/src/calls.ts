import { Call, forgetCall, rememberedCall, type CallFacts } from './call.js';
import type { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import type { CallType } from './media.js';
import type { CallOptions } from './talk.js';
import type { CallError, CallState, IncomingCallPayload, OutgoingCallPayload } from './wire.js';

/** The server takes a call up within this time after `register`, or it is over. */
const LOST_CALL_AFTER_MS = 4000;

export interface CallsEvents {
  /** There is a call now: somebody rings, this side has called, or the server has given one back after a reload. */
  call: Call;
  /** It is over. */
  end: { call: Call; reason: string; error?: CallError };
}

/** What a history answers. */
export interface CallRecord {
  callId: string;
  callerId: string;
  calleeId: string;
  callType: CallType;
  state: CallState;
  reason: string;
  createdAt: number;
  acceptedAt?: number | null;
  endedAt: number;
  durationMs?: number | null;
  [field: string]: unknown;
}

export interface PlaceOptions {
  callType?: CallType;
  callerName?: string;
  callerAvatar?: string;
  metadata?: Record<string, unknown>;
}

/** The one call that this device is in, and how it gets there. */
export class Calls extends Emitter<CallsEvents> {
  current: Call | undefined;
  readonly #connection: Connection;
  readonly #options: CallOptions;
  /** Theirs, which came while we were calling: the server says which of the two counts. */
  #glare: Call | undefined;
  /** Given up before the server's answer came; the server may have it nonetheless. */
  #cancelled: Call | undefined;
  #lossTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection, options: CallOptions = {}) {
    super();
    this.#connection = connection;
    this.#options = options;
    this.#listen();
  }

  #listen(): void {
    const connection = this.#connection;
    const mine = <Payload extends { callId: string }>(act: (call: Call, payload: Payload) => unknown) => (payload: Payload) => {
      for (const call of [this.current, this.#glare]) {
        if (call?.callId === payload.callId) act(call, payload);
        else if (call && !call.callId) call.whenNamed(() => call.callId === payload.callId && act(call, payload));
      }
    };
    connection.on('up', () => this.#recover());
    connection.on('over', () => this.current?.finish('over'));
    connection.on('network-changed', () => this.current?.talk.networkChanged());
    connection.onServer('incoming_call', (payload) => this.#isCalled(payload));
    connection.onServer('outgoing_call', (payload) => this.#isCalledFor(payload));
    connection.onServer('call_accept', mine((call, { calleeId }) => call.peerId === calleeId && call.acceptedByThem()));
    connection.onServer('call_reject', mine((call, { reason }) => call.finish(reason === 'busy' ? 'busy' : 'declined')));
    connection.onServer('call_end', mine((call, { reason }) => call.finish(reason)));
    connection.onServer('call_timeout', mine((call) => call.finish('timeout')));
    connection.onServer('call_cancelled', mine((call) => call.finish('cancelled')));
    connection.onServer('sdp_offer', mine((call, { sdp }) => call.talk.takeDescription('offer', sdp)));
    connection.onServer('sdp_answer', mine((call, { sdp }) => call.talk.takeDescription('answer', sdp)));
    connection.onServer('ice_candidate', mine((call, { candidate }) => call.talk.takeCandidate(candidate)));
    connection.onServer('ice_servers', mine((call, { iceServers }) => call.talk.takeServers(iceServers)));
    connection.onServer('peer_reconnecting', mine((call) => call.theyAreAway(true)));
    connection.onServer('peer_reconnected', mine((call) => call.theyAreAway(false)));
    connection.onServer('call_resumed', (payload) => this.#isResumed(payload));
  }

  /** Calls somebody. The call is there at once; it ends with `refused` and the server's error if it comes to nothing. */
  place(peerId: string, { callType = 'video', ...more }: PlaceOptions = {}): Call {
    if (this.current) throw new Error('There is a call already: end it first.');
    this.#glare = undefined;
    this.#cancelled = undefined;
    const call = this.#begin({ peerId, callType, role: 'caller', ...more });
    void this.#ring(call);
    return call;
  }

  async #ring(call: Call): Promise<void> {
    const answer = await call.initiate().catch(() => undefined);
    if (answer?.success || call.over || call.callId) return;
    const theirs = this.#glare;
    this.#glare = undefined;
    const { error } = answer ?? {};
    const callId = error?.callId ?? theirs?.callId;
    if (error?.code === 'E107' && callId) {
      // Both called at once: their call was first, and we wanted to talk anyway.
      call.callId = callId;
      call.role = 'callee';
      await call.accept();
      return;
    }
    call.finish(answer ? 'refused' : 'no_answer', error);
    if (theirs && !theirs.over) this.#show(theirs);
  }

  #begin(facts: CallFacts): Call {
    const call = this.#make(facts);
    this.#show(call);
    return call;
  }

  #make(facts: CallFacts): Call {
    const call = new Call(this.#connection, facts, this.#options);
    call.on('end', ({ reason, error }) => {
      if (this.#glare === call) this.#glare = undefined;
      if (this.current !== call) return;
      this.current = undefined;
      if (!call.callId) this.#cancelled = call;
      this.tell('end', { call, reason, error });
    });
    return call;
  }

  #show(call: Call): void {
    this.current = call;
    this.tell('call', call);
  }

  #isCalled({ callId, callerId, callType, callerName, callerAvatar, metadata }: IncomingCallPayload): void {
    const { current } = this;
    if (current?.callId === callId) {
      // Offered again after a break; a yes that was under way is in the outbox.
      clearTimeout(this.#lossTimer);
      return;
    }
    if (current && !(current.role === 'caller' && !current.callId)) return;
    const facts: CallFacts = { callId, peerId: callerId, callType, role: 'callee', callerName, callerAvatar, metadata };
    // We are calling just now; the server is about to say whose call counts.
    if (current) this.#glare = this.#make(facts);
    else this.#begin(facts);
  }

  /** The team's back end has begun a call for this user: whoever takes it on this device is the caller. */
  #isCalledFor({ callId, calleeId, callType, state, metadata }: OutgoingCallPayload): void {
    if (this.current) return;
    const call = this.#begin({ callId, peerId: calleeId, callType, role: 'caller', metadata });
    if (state === 'accepted') call.acceptedByThem();
  }

  #isResumed({ callId, state, peerId }: { callId: string; state: CallState; peerId: string }): void {
    clearTimeout(this.#lossTimer);
    const { current } = this;
    if (current && !current.callId && current.role === 'caller' && current.peerId === peerId) {
      // Its answer was lost with the connection.
      current.isNamed({ callId });
      if (state === 'accepted') current.acceptedByThem();
      return;
    }
    if (current) {
      if (current.callId === callId) current.resumed(state);
      return;
    }
    if (this.#cancelled?.peerId === peerId) {
      this.#cancelled.isNamed({ callId });
      this.#cancelled = undefined;
      return;
    }
    const known = rememberedCall();
    const facts: CallFacts = known?.callId === callId ? known : { callId, peerId, callType: 'video', role: 'caller' };
    if (state === 'ringing' && facts.role === 'callee') return;
    const call = this.#make(facts);
    call.phase = state === 'ringing' ? 'outgoing' : 'connecting';
    this.#show(call);
    call.resumed(state);
  }

  /** If the server does not take the call up again, it ended while we were away. */
  #recover(): void {
    clearTimeout(this.#lossTimer);
    const call = this.current;
    this.#lossTimer = setTimeout(async () => {
      if (!call) {
        if (!this.current) forgetCall();
        return;
      }
      if (call.over || !call.callId || !this.#connection.up) return;
      const record = (await this.history(5).catch(() => [])).find(({ callId }) => callId === call.callId);
      if (record?.endedAt) call.finish(record.reason ?? record.state);
      else if (call.phase === 'incoming' || call.pc?.connectionState === 'failed') call.finish('over');
    }, LOST_CALL_AFTER_MS);
  }

  /** The user's latest calls, newest first. */
  async history(limit = 20): Promise<CallRecord[]> {
    const { calls = [] } = await this.#connection.get<{ calls?: CallRecord[] }>(`/api/v1/calls?limit=${limit}`);
    return calls;
  }
}
