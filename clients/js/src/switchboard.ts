import { Calls } from './calls.js';
import { Chats } from './chats.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { Rooms } from './rooms.js';
import type { CallOptions } from './talk.js';

export interface SwitchboardOptions extends ConnectionOptions {
  calls?: CallOptions;
}

/** One person on one device: connected to the server as long as it is not closed, and what they do there. */
export class Switchboard extends Connection {
  readonly calls: Calls;
  readonly chats = new Chats(this);
  readonly rooms = new Rooms(this);

  constructor(options: SwitchboardOptions) {
    super(options);
    this.calls = new Calls(this, options.calls);
  }

  override close(): void {
    super.close();
    this.calls.current?.finish('over');
    this.rooms.close();
    // After the chat has heard why, where there is a reason.
    queueMicrotask(() => this.chats.current?.close());
  }
}
