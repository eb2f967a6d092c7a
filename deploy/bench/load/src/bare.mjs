// The clients of the bare relay: what they send each other is what the server would make of it, since nobody does.
import { openWebSocket } from './websocket.mjs';

const CONNECT_MILLIS = 15_000;

class BareClient {
  #ws;

  /** Called with the event's name and payload. */
  onEvent = () => {};
  /** Called with a text when something went wrong. */
  onFault = () => {};

  constructor(userId, ws) {
    this.userId = userId;
    this.#ws = ws;
  }

  static connect(server, userId) {
    const ws = openWebSocket(server, `/${userId}`, { handshakeTimeout: CONNECT_MILLIS });
    const client = new BareClient(userId, ws);
    return new Promise((resolve, reject) => {
      client.onFault = (why) => reject(new Error(`${server.name}: ${userId} could not connect: ${why}`));
      ws.on('open', () => {
        client.onFault = () => {};
        resolve(client);
      });
      ws.on('error', (failure) => client.onFault(failure.message));
      ws.on('close', (code) => client.onFault(`the connection closed with ${code}`));
      ws.on('message', (data) => {
        const [event, payload] = JSON.parse(data.toString().slice(2));
        client.onEvent(event, payload);
      });
    });
  }

  emit(event, { to, ...payload }) {
    this.#ws.send(`42${JSON.stringify([event, { ...payload, from: this.userId }])}`);
  }

  close() {
    this.#ws.close();
  }
}

/** Pairs of peers, as calls that are up. */
export function openPeers(server, name, count) {
  return Promise.all(Array.from({ length: count }, async (_, index) => {
    const callId = `${name}-${index}`;
    const [caller, callee] = await Promise.all(
      ['a', 'b'].map((side) => BareClient.connect(server, `${callId}-${side}`)));
    return { caller, callee, callId };
  }));
}

export function closePeers(calls) {
  for (const { caller, callee } of calls) {
    for (const client of [caller, callee]) {
      client.onEvent = () => {};
      client.onFault = () => {};
      client.close();
    }
  }
}
