// A client that speaks Engine.IO 4 and Socket.IO 5 over a WebSocket by hand: the official one costs several times
// the processor time, and the generator must not be what is measured.
import jwt from 'jsonwebtoken';
import { openWebSocket } from './websocket.mjs';

const CONNECT_MILLIS = 15_000;

export class Client {
  #ws;
  #acks = new Map();
  #nextAck = 0;
  #closing = false;

  /** Called with the event's name and payload. */
  onEvent = () => {};
  /** Called with a text when something went wrong that no answer tells. */
  onFault = () => {};

  constructor(userId, ws) {
    this.userId = userId;
    this.#ws = ws;
  }

  /** Connects and registers; answers once the server has said `registered`. */
  static connect(server, userId) {
    const token = jwt.sign({ userId }, server.jwtSecret, { expiresIn: '1h' });
    const ws = openWebSocket(server, '/socket.io/?EIO=4&transport=websocket');
    const client = new Client(userId, ws);
    return new Promise((resolve, reject) => {
      const fail = (why) => {
        clearTimeout(timer);
        ws.terminate();
        reject(new Error(`${server.name}: ${userId} could not register: ${why}`));
      };
      const timer = setTimeout(() => fail(`no answer in ${CONNECT_MILLIS} ms`), CONNECT_MILLIS);
      client.onFault = fail;
      client.onEvent = (event, payload) => {
        if (event !== 'registered' || payload.success !== true || payload.userId !== userId) {
          fail(`${event} ${JSON.stringify(payload)}`);
          return;
        }
        clearTimeout(timer);
        client.onFault = () => {};
        client.onEvent = () => {};
        resolve(client);
      };
      ws.on('error', (failure) => client.onFault(failure.message));
      ws.on('close', (code) => {
        if (!client.#closing) {
          client.onFault(`the connection closed with ${code}`);
        }
      });
      ws.on('message', (data) => client.#read(data.toString(), token));
    });
  }

  #read(text, token) {
    if (text.startsWith('42')) {
      const [event, payload] = JSON.parse(text.slice(2));
      this.onEvent(event, payload);
    } else if (text.startsWith('43')) {
      const bracket = text.indexOf('[');
      const id = Number(text.slice(2, bracket));
      const answered = this.#acks.get(id);
      if (!answered) {
        this.onFault(`an acknowledgement that nobody awaits: ${text}`);
        return;
      }
      this.#acks.delete(id);
      answered(JSON.parse(text.slice(bracket))[0]);
    } else if (text === '2') {
      this.#ws.send('3');
    } else if (text.startsWith('0')) {
      this.#ws.send(`40${JSON.stringify({ token })}`);
    } else if (text.startsWith('40')) {
      this.emit('register', { userId: this.userId, deviceId: `${this.userId}-1`, platform: 'web' });
    } else {
      this.onFault(`unexpected packet ${text}`);
    }
  }

  emit(event, payload) {
    this.#ws.send(`42${JSON.stringify([event, payload])}`);
  }

  /** Sends an event of which the arguments are JSON text already. */
  emitText(event, json) {
    this.#ws.send(`42["${event}",${json}]`);
  }

  /** Sends an event and gives the acknowledgement to the function. */
  request(event, payload, answered) {
    const id = this.#nextAck++;
    this.#acks.set(id, answered);
    this.#ws.send(`42${id}${JSON.stringify([event, payload])}`);
  }

  /** What is sent inside goes to the kernel in one piece, as a burst of candidates does. */
  together(send) {
    const socket = this.#ws._socket;
    socket.cork();
    try {
      send();
    } finally {
      socket.uncork();
    }
  }

  close() {
    this.#closing = true;
    this.#ws.close();
  }
}
