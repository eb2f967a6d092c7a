package org.example.calls

/**
 * Your app's connection to the server, by `io.socket:socket.io-client` 2.x: see docs/guides/android.md for the events. Each may be
 * called before it is connected: the client keeps what is emitted, and the server keeps what comes before `register`.
 */
interface Signaling {
  fun connect()

  /** Emits `register {userId, deviceId, platform: "android", fcmToken}`. */
  fun register(fcmToken: String)

  /** Emits `call_accept {callId}`; from the acknowledgement come the ICE servers. */
  fun accept(callId: String)

  /** Emits `call_reject {callId}`. */
  fun reject(callId: String)

  /** Emits `call_end {callId}`. */
  fun end(callId: String)
}
