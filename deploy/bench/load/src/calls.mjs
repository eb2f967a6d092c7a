// Whole calls: initiate, incoming, accept, offer and answer, candidates both ways, end. Every answer is checked.
import { Client } from './client.mjs';
import { SDP, candidate, numberOf } from './payloads.mjs';

const CALL_MILLIS = 10_000;

/** Two users who call each other over and over, the next call as soon as the last one has ended. */
export class Pair {
  calls = 0;
  #caller;
  #callee;
  #ice;
  #candidates;
  #call = null;
  #done = null;

  constructor(caller, callee, ice) {
    this.#caller = caller;
    this.#callee = callee;
    this.#ice = ice;
    this.#candidates = Array.from({ length: ice }, (_, number) => candidate(number));
  }

  /** The caller connects to the first of two servers, the callee to the second. */
  static async connect([from, to], name, ice) {
    const [caller, callee] = await Promise.all([Client.connect(from, `${name}-a`), Client.connect(to, `${name}-b`)]);
    return new Pair(caller, callee, ice);
  }

  /** One call after another until told otherwise; fails at the first thing that is not as it should be. */
  async run(goOn) {
    while (goOn()) {
      await this.one();
    }
  }

  /** One call; fails if anything is missing, wrong or out of order. */
  one() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(`nothing more in ${CALL_MILLIS} ms; done: ${[...this.#call.got].join(', ')}`), CALL_MILLIS);
      this.#done = (failure) => {
        clearTimeout(timer);
        this.#done = null;
        if (failure) {
          reject(failure);
        } else {
          this.calls++;
          resolve();
        }
      };
      this.#call = { id: null, got: new Set(), heard: { caller: 0, callee: 0 } };
      for (const [client, side] of [[this.#caller, 'caller'], [this.#callee, 'callee']]) {
        client.onFault = (why) => this.#fail(why);
        client.onEvent = (event, payload) => this.#event(side, event, payload);
      }
      this.#caller.request(
        'call_initiate',
        { calleeId: this.#callee.userId, callType: 'video', callerName: 'Ann' },
        (answer) => {
          this.#known(answer?.callId);
          this.#check(answer, { success: true, state: 'ringing' }, 'the answer to call_initiate');
          this.#got('initiated');
        });
    });
  }

  #fail(why) {
    this.#done?.(new Error(`${this.#caller.userId} to ${this.#callee.userId}: ${why}`));
  }

  #check(actual, wanted, what) {
    for (const [name, value] of Object.entries(wanted)) {
      if (actual?.[name] !== value) {
        this.#fail(`${what} has ${name} ${JSON.stringify(actual?.[name])}, not ${JSON.stringify(value)}: ` +
          JSON.stringify(actual));
      }
    }
  }

  /** The acknowledgement and incoming_call may come in either order, and must name one call. */
  #known(callId) {
    if (typeof callId !== 'string' || callId === '' || (this.#call.id ?? callId) !== callId) {
      this.#fail(`callId ${JSON.stringify(callId)} after ${JSON.stringify(this.#call.id)}`);
    }
    this.#call.id = callId;
  }

  #got(step) {
    const { got } = this.#call;
    if (got.has(step)) {
      this.#fail(`${step} twice`);
    }
    got.add(step);
    const connected = ['initiated', 'accept acknowledged', 'offer acknowledged', 'answer acknowledged',
      'answer', 'caller heard', 'callee heard'];
    if (!got.has('end sent') && connected.every((one) => got.has(one))) {
      got.add('end sent');
      this.#caller.request('call_end', { callId: this.#call.id }, (answer) => {
        this.#check(answer, { success: true, callId: this.#call.id }, 'the answer to call_end');
        this.#got('end acknowledged');
      });
    }
    if (got.has('end acknowledged') && got.has('end')) {
      this.#done?.();
    }
  }

  #event(side, event, payload) {
    const [self, peer] = side === 'caller' ? [this.#caller, this.#callee] : [this.#callee, this.#caller];
    switch (`${side} ${event}`) {
      case 'callee incoming_call':
        this.#known(payload.callId);
        this.#check(payload, { callerId: peer.userId, callType: 'video' }, event);
        this.#callee.request('call_accept', { callId: payload.callId }, (answer) => {
          this.#check(answer, { success: true, callId: this.#call.id, state: 'accepted' }, 'the answer to call_accept');
          this.#got('accept acknowledged');
        });
        break;
      case 'caller call_accept':
        this.#check(payload, { callId: this.#call.id, calleeId: peer.userId }, event);
        this.#describe(self, peer, 'offer');
        break;
      case 'callee sdp_offer':
        this.#check(payload, { callId: this.#call.id, from: peer.userId, sdp: SDP }, event);
        this.#describe(self, peer, 'answer');
        break;
      case 'caller sdp_answer':
        this.#check(payload, { callId: this.#call.id, from: peer.userId, sdp: SDP }, event);
        this.#got('answer');
        break;
      case 'caller ice_candidate':
      case 'callee ice_candidate':
        this.#heard(side, peer, payload);
        break;
      // On a busy machine they come after the call, which does not wait for them.
      case 'caller ice_servers':
      case 'callee ice_servers':
        break;
      case 'callee call_end':
        this.#check(payload, { callId: this.#call.id, endedBy: peer.userId, reason: 'hangup' }, event);
        this.#got('end');
        break;
      default:
        this.#fail(`${side} got ${event} ${JSON.stringify(payload)}`);
    }
  }

  #describe(self, peer, kind) {
    const callId = this.#call.id;
    const to = peer.userId;
    self.together(() => {
      self.request(`sdp_${kind}`, { callId, to, sdp: SDP }, (answer) => {
        this.#check(answer, { success: true }, `the answer to sdp_${kind}`);
        this.#got(`${kind} acknowledged`);
      });
      for (const one of this.#candidates) {
        self.emit('ice_candidate', { callId, to, candidate: one });
      }
    });
  }

  #heard(side, peer, payload) {
    this.#check(payload, { callId: this.#call.id, from: peer.userId }, 'ice_candidate');
    const expected = this.#call.heard[side]++;
    const number = numberOf(payload.candidate);
    if (number !== expected) {
      this.#fail(`candidate ${number} where ${expected} was due`);
    }
    if (expected === this.#ice - 1) {
      this.#got(`${side} heard`);
    }
  }

  close() {
    for (const client of [this.#caller, this.#callee]) {
      client.onFault = () => {};
      client.onEvent = () => {};
      client.close();
    }
  }
}
