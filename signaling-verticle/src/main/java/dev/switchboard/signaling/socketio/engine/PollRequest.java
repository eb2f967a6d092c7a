package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.buffer.Buffer;

/**
 * One HTTP long-polling request, taken off its connection so that it can be handed to the session's
 * owner.
 *
 * @param sid the session id, authenticated already
 * @param pollId names this request when it is abandoned; unique among requests of the session
 * @param method {@code GET} or {@code POST}; others are refused
 * @param body the whole body; empty for a GET
 */
public record PollRequest(String sid, String pollId, String method, Buffer body) {}
