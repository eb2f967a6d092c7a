package dev.switchboard.signaling.socketio;

/** JSON text that is sent as it stands. The caller answers for its being one valid JSON value. */
public record RawJson(String text) {}
