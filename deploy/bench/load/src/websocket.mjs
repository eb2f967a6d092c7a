import WebSocket from 'ws';

/** A WebSocket to a server, with the least work for the generator. */
export function openWebSocket(server, path, options = {}) {
  return new WebSocket(`ws://127.0.0.1:${server.port}${path}`, {
    perMessageDeflate: false,
    skipUTF8Validation: true,
    // A mask of zeros is a valid one that needs no work.
    generateMask: (mask) => mask.fill(0),
    ...options,
  });
}
