import { Calls } from './calls.js';
import { Connection, type ConnectionOptions } from './connection.js';
import type { CallOptions } from './talk.js';

export interface SwitchboardOptions extends ConnectionOptions {
  calls?: CallOptions;
}

/** One person on one device: connected to the server as long as it is not closed, and what they do there. */
export class Switchboard extends Connection {
  readonly calls: Calls;

  constructor(options: SwitchboardOptions) {
    super(options);
    this.calls = new Calls(this, options.calls);
  }

  override close(): void {
    super.close();
    this.calls.current?.finish('over');
  }
}
