// The official client against the echo server: node client.cjs <url> <transports>
const assert = require("node:assert");
const { io } = require("socket.io-client");

const [url, transports] = process.argv.slice(2);
const options = {
  transports: transports.split(","),
  forceNew: true,
  reconnection: false,
  auth: { token: "abc" },
};
const once = (socket, event) => new Promise((resolve) => socket.once(event, (...args) => resolve(args)));

async function main() {
  const socket = io(url, options);
  socket.on("question", (x, ack) => ack("answer to " + x));
  assert.deepStrictEqual(await once(socket, "auth"), [{ token: "abc" }]);

  const back = once(socket, "message-back");
  socket.emit("message", "grüße \u{1f600}", { a: [1, null] }, Buffer.from([1, 2, 3]), Buffer.alloc(0));
  const [text, object, binary, empty] = await back;
  assert.strictEqual(text, "grüße \u{1f600}");
  assert.deepStrictEqual(object, { a: [1, null] });
  assert.deepStrictEqual([...Buffer.from(binary)], [1, 2, 3]);
  assert.strictEqual(Buffer.from(empty).length, 0);

  assert.deepStrictEqual(await socket.timeout(5000).emitWithAck("message-with-ack", 5), 5);
  assert.deepStrictEqual(await socket.timeout(5000).emitWithAck("ask-me", "life"), "answer to life");

  const big = Buffer.alloc(500_000, 7);
  const bigBack = once(socket, "message-back");
  socket.emit("message", big);
  assert.ok(big.equals(Buffer.from((await bigBack)[0])));

  const refused = io(url + "/nowhere", options);
  const [error] = await once(refused, "connect_error");
  assert.strictEqual(error.message, "Invalid namespace");

  if (options.transports.length === 2 && socket.io.engine.transport.name !== "websocket") {
    await once(socket.io.engine, "upgrade");
  }
  socket.disconnect();
  refused.disconnect();
  console.log("all is well");
  process.exit(0);
}

setTimeout(() => process.exit(2), 20_000).unref();
main().catch((e) => {
  console.log(e.stack);
  process.exit(1);
});
