package dev.switchboard.deploy.fuzz;

import java.util.List;

/** What one connection sends: a request, and where that opens a WebSocket, frames after it. */
record Input(byte[] request, List<Frame> frames) {

  /** A frame of RFC 6455; the opcode and the end mark are sent as they are, fit or not. */
  record Frame(int opcode, boolean last, byte[] payload) {}
}
