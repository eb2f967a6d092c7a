/**
 * End-to-end encrypted chat: sessions in Redis, which no node owns, and the way of their messages
 * between edges. It knows nothing of calls.
 */
@NullMarked
package dev.switchboard.signaling.chat;

import org.jspecify.annotations.NullMarked;
