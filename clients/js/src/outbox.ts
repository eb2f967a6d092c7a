/** What the server says through an acknowledgement. */
export interface Answer {
  success: boolean;
  error?: { code: string; message: string; callId?: string; retryAfterMs?: number };
}

/** How the outbox reaches the server. */
export interface Carrier {
  /** Whether the server knows now who we are. */
  readonly ready: boolean;
  /** Hands an event over; `answered` is called once, with an error where no answer came. */
  carry(event: string, payload: unknown, answered: (error: unknown, answer?: Answer) => void): void;
}

export interface PostOptions {
  /** Asked before each attempt; when false, the letter is given up and its promise holds undefined. */
  wanted?: () => boolean;
  /** Whether refusals that time mends (`E429`, `E503` and the chat's) are tried again. Default true. */
  insist?: boolean;
}

interface Letter extends PostOptions {
  event: string;
  payload: unknown;
  sent: boolean;
  settle(answer: Answer | undefined): void;
}

/** More than a call's worth of candidates; past it something is wrong, and the oldest would be of no use. */
const MOST = 1000;
const PAUSE_MS = 1000;
/** Refusals that time mends: of calls, and of the chat. */
const LATER = ['E429', 'E503', 'RATE_LIMITED', 'STORE_UNAVAILABLE'];

/**
 * Delivers in order and at least once, over as many connections as it takes; the server drops what it has already. A letter is
 * sent again until an answer comes.
 */
export class Outbox {
  readonly #carrier: Carrier;
  #letters: Letter[] = [];
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  /** Holds the server's answer, also a refusal; undefined if the letter was given up. Never fails. */
  post(event: string, payload: unknown, options: PostOptions = {}): Promise<Answer | undefined> {
    return new Promise((settle) => {
      if (this.#letters.length >= MOST) this.#letters.shift()?.settle(undefined);
      this.#letters.push({ event, payload, ...options, sent: false, settle });
      this.flush();
    });
  }

  /** Sends what waits, if the server knows us. */
  flush(): void {
    if (!this.#carrier.ready || this.#pause !== undefined) return;
    for (const letter of [...this.#letters]) {
      if (letter.wanted?.() === false) this.#done(letter, undefined);
      else if (!letter.sent) this.#send(letter);
    }
  }

  #send(letter: Letter): void {
    letter.sent = true;
    this.#carrier.carry(letter.event, letter.payload, (error, answer) => {
      if (!this.#letters.includes(letter)) return;
      const code = answer?.error?.code;
      const later = letter.insist !== false && code !== undefined && LATER.includes(code);
      if (!error && !later) {
        this.#done(letter, answer);
        return;
      }
      letter.sent = false;
      this.#rest(answer?.error?.retryAfterMs ?? PAUSE_MS);
    });
  }

  #done(letter: Letter, answer: Answer | undefined): void {
    this.#letters = this.#letters.filter((each) => each !== letter);
    letter.settle(answer);
  }

  #rest(ms: number): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.flush();
    }, ms);
  }

  /** The connection is gone: what has no answer yet is sent again on the next one. */
  lost(): void {
    for (const letter of this.#letters) letter.sent = false;
  }

  /** Gives up what `which` names. */
  forget(which: (event: string, payload: unknown) => boolean): void {
    for (const letter of this.#letters) if (which(letter.event, letter.payload)) this.#done(letter, undefined);
  }

  close(): void {
    clearTimeout(this.#pause);
    this.forget(() => true);
  }
}
