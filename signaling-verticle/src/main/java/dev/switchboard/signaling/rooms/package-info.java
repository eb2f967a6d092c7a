/**
 * The sockets of two-person rooms: plain WebSockets on {@code /} and {@code /ws}. Who is in which
 * room is in Redis; each socket keeps its seat and who is opposite, so that a handshake goes from
 * edge to edge without asking.
 */
@NullMarked
package dev.switchboard.signaling.rooms;

import org.jspecify.annotations.NullMarked;
