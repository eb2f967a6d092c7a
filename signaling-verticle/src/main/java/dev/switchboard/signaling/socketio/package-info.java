/**
 * A Socket.IO server for Vert.x: Engine.IO protocol 4 below, Socket.IO protocol 5 above. It knows
 * nothing of calls, chat or rooms.
 */
@NullMarked
package dev.switchboard.signaling.socketio;

import org.jspecify.annotations.NullMarked;
