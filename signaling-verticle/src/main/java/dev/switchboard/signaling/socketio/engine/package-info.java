/**
 * Engine.IO protocol 4: sessions over HTTP long-polling and WebSocket, the upgrade between them,
 * and the heartbeat. It carries messages and does not look into them.
 *
 * <p>Each session belongs to the event loop of the edge that opened it and is touched by no other
 * thread.
 */
@NullMarked
package dev.switchboard.signaling.socketio.engine;

import org.jspecify.annotations.NullMarked;
