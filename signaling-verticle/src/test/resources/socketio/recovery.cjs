// A stock client that loses its connection and is recovered on another node:
//   node recovery.cjs <step> <url> <url of the other node> [<process id of that>]
const assert = require("node:assert");
const { setTimeout: sleep } = require("node:timers/promises");
const { io } = require("socket.io-client");

const [step, here, there, pid] = process.argv.slice(2);
const ROOM = `room-${step}`;
const SOON = 20_000;

/** A member of a chat, and what it has heard, in order. */
class Member {
  constructor(url, userId) {
    this.userId = userId;
    this.heard = [];
    this.connects = [];
    this.socket = io(url, {
      transports: ["websocket"],
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
    });
    this.socket.onAny((event, payload) => this.heard.push([event, payload]));
    this.socket.on("connect", () => this.connects.push([this.socket.id, this.socket.recovered]));
  }

  all(event) {
    return this.heard.filter(([name]) => name === event).map(([, payload]) => payload);
  }

  texts() {
    return this.all("new-message").map((message) => message.encrypted);
  }

  join(isCreator, more = {}) {
    return this.ask("join-session", {
      displayName: this.userId,
      publicKey: `key of ${this.userId}`,
      isCreator,
      authKey: "K",
      ...more,
    });
  }

  async ask(event, more) {
    const answer = await this.socket
      .timeout(SOON)
      .emitWithAck(event, { sessionId: ROOM, userId: this.userId, ...more });
    assert.strictEqual(answer.success, true, JSON.stringify(answer));
  }

  say(encrypted, more = {}) {
    return this.ask("send-message", { from: this.userId, encrypted, ...more });
  }

  /** Loses its connection; comes back when told, at another address. */
  lose(url) {
    const manager = this.socket.io;
    manager.uri = url;
    manager.reconnection(false);
    this.moves = async () => {
      manager.reconnection(true);
      const back = until(() => this.socket.connected);
      this.socket.connect();
      await back;
    };
    manager.engine.close();
    return until(() => !this.socket.connected);
  }
}

async function until(holds) {
  for (const end = Date.now() + SOON; !holds(); await sleep(10)) {
    assert.ok(Date.now() < end, `in vain: ${holds}`);
  }
}

/** Two in the same chat, on either node. */
async function pair() {
  const ann = new Member(here, "ann");
  await ann.join(true);
  const bob = new Member(there, "bob");
  await bob.join(false);
  return [ann, bob];
}

const steps = {
  /** What happened meanwhile comes once, in order, and nothing comes twice. */
  async missed() {
    const [ann, bob] = await pair();
    await ann.say("before");
    await until(() => bob.texts().length === 1);
    const id = bob.socket.id;
    await bob.lose(here);
    await until(() => ann.all("user-left").length === 1);
    await ann.say("one");
    const eve = new Member(there, "eve");
    await eve.join(false);
    await eve.say("two");
    await eve.say("not for bob", { to: "ann" });
    await eve.say("three", { to: "bob" });
    await ann.ask("file-downloaded", { downloadedBy: "Ann", senderId: "bob", fileName: "f" });
    await ann.ask("set-session-key", { encryptedKeys: { bob: "new" } });
    bob.heard.length = 0;
    await bob.moves();
    await until(() => bob.all("public-keys-updated").length > 0);
    assert.deepStrictEqual(
      bob.heard.map(([event, payload]) => `${event} ${payload.encrypted ?? payload.userId ?? ""}`),
      [
        "new-message one",
        "user-joined eve",
        "new-message two",
        "new-message three",
        "download-notification ",
        "session-metadata ",
        "public-keys-updated ",
      ],
    );
    assert.strictEqual(bob.all("session-metadata")[0].sessionKey, "new");
    assert.deepStrictEqual(bob.connects.at(-1), [id, true]);
    await until(() => ann.all("user-joined").some((member) => member.userId === "bob"));

    // It is a member as before, and can be recovered again: here, where it is alive already.
    await bob.say("four");
    await until(() => ann.texts().includes("four"));
    await ann.say("five");
    await until(() => bob.texts().includes("five"));
    await bob.lose(here);
    await eve.say("six");
    await bob.moves();
    await until(() => bob.texts().includes("six"));
    await sleep(300);
    assert.deepStrictEqual(bob.texts(), ["one", "two", "three", "five", "six"]);
    assert.strictEqual(bob.all("messages-history").length, 0);
    [ann, bob, eve].forEach((member) => member.socket.disconnect());
  },

  /** An author whose acknowledgement was lost hears that its message was kept, with its content. */
  async receipt() {
    const ann = new Member(here, "ann");
    await ann.join(true);
    ann.socket.emit("send-message", {
      sessionId: ROOM,
      from: "ann",
      encrypted: "x",
      originalContent: "plain",
    });
    // Its answer must not be read any more.
    ann.socket.io.engine.transport.ws.onmessage = () => {};
    await sleep(500);
    await ann.lose(there);
    await ann.moves();
    await until(() => ann.all("message-sent").length === 1);
    assert.strictEqual(ann.all("message-sent")[0].originalContent, "plain");
    ann.socket.disconnect();
  },

  /** More than is kept was missed: the history comes instead. */
  async many() {
    const [ann, bob] = await pair();
    await bob.lose(here);
    for (let i = 0; i < 300; i++) {
      await ann.say(`m${i}`);
    }
    bob.heard.length = 0;
    await bob.moves();
    await until(() => bob.all("messages-history").length === 1);
    assert.strictEqual(bob.all("messages-history")[0].length, 300);
    assert.strictEqual(bob.texts().length, 0);
    await ann.say("last");
    await until(() => bob.texts().length === 1);
    [ann, bob].forEach((member) => member.socket.disconnect());
  },

  /** Who has left for good, or shows a private id that nobody has, is a new socket. */
  async unknown() {
    const ann = new Member(here, "ann");
    await ann.join(true);
    const id = ann.socket.id;
    ann.socket.disconnect();
    await sleep(300);
    ann.socket.connect();
    await until(() => ann.connects.length === 2);
    assert.notStrictEqual(ann.connects[1][0], id);
    assert.strictEqual(ann.connects[1][1], false);
    ann.socket._pid = "A".repeat(24);
    await ann.lose(there);
    await ann.moves();
    assert.strictEqual(ann.connects[2][1], false);
    ann.socket.disconnect();
  },

  /** The node that has the socket is killed: another goes on, and nobody hears of an absence. */
  async killed() {
    const [ann, bob] = await pair();
    await ann.say("before");
    await until(() => bob.texts().length === 1);
    const id = bob.socket.id;
    bob.socket.io.uri = here;
    process.kill(Number(pid), "SIGKILL");
    await ann.say("one");
    await ann.say("two");
    await until(() => bob.texts().length === 3);
    assert.deepStrictEqual(bob.connects.at(-1), [id, true]);
    // Until the dead node's lease is over, and what it left is swept.
    await sleep(12_000);
    await ann.say("three");
    await until(() => bob.texts().length === 4);
    assert.deepStrictEqual(bob.texts(), ["before", "one", "two", "three"]);
    assert.strictEqual(ann.all("user-left").length, 0);
    assert.strictEqual(ann.all("user-joined").length, 1);
    [ann, bob].forEach((member) => member.socket.disconnect());
  },

  /** A session that is gone meanwhile is said to be. */
  async gone() {
    const [ann, bob] = await pair();
    await bob.lose(here);
    await sleep(300);
    await ann.ask("leave-session", {});
    await bob.moves();
    await until(() => bob.all("session-error").length === 1);
    assert.strictEqual(bob.all("session-error")[0].error, "SESSION_NOT_FOUND");
    [ann, bob].forEach((member) => member.socket.disconnect());
  },

  /** Of several connections that go on as the same socket one is left, and is a member. */
  async thrice() {
    const [ann, bob] = await pair();
    await ann.say("before");
    await until(() => bob.texts().length === 1);
    bob.socket.io.reconnection(false);
    const auth = { pid: bob.socket._pid, offset: bob.socket._lastOffset };
    const options = { auth, transports: ["websocket"], forceNew: true, reconnection: false };
    const again = [here, here, here].map((url) => io(url, options));
    const heard = [];
    again.forEach((socket) => socket.on("new-message", (message) => heard.push(message.encrypted)));
    await until(() => again.filter((socket) => socket.connected).length === 1);
    await sleep(500);
    assert.strictEqual(again.filter((socket) => socket.connected).length, 1);
    await ann.say("after");
    await until(() => heard.length === 1);
    assert.deepStrictEqual(heard, ["after"]);
    [ann, bob].forEach((member) => member.socket.disconnect());
    again.forEach((socket) => socket.disconnect());
  },

  /** A device that had registered rings on without registering again. */
  async registered() {
    const bob = new Member(there, "bob");
    await bob.socket
      .timeout(SOON)
      .emitWithAck("register", { userId: "bob", deviceId: "phone", platform: "web" });
    await bob.lose(here);
    await bob.moves();
    await until(() => bob.all("registered").length === 2);
    assert.strictEqual(bob.connects.at(-1)[1], true);
    const ann = new Member(there, "ann");
    await ann.socket.timeout(SOON).emitWithAck("register", { userId: "ann", deviceId: "desk" });
    const { callId } = await ann.socket
      .timeout(SOON)
      .emitWithAck("call_initiate", { calleeId: "bob", callType: "audio" });
    await until(() => bob.all("incoming_call").length === 1);
    assert.strictEqual(bob.all("incoming_call")[0].callId, callId);
    [ann, bob].forEach((member) => member.socket.disconnect());
  },
};

steps[step]().then(
  () => console.log("all is well"),
  (failure) => {
    console.log(failure);
    process.exit(1);
  },
);
