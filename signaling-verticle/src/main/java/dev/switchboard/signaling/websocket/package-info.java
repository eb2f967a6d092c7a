/**
 * WebSockets (RFC 6455) on Netty's channels: an upgrade takes its connection out of the HTTP
 * server's hands, and from then on one handler reads messages from bytes and writes frames as
 * bytes. It knows nothing of what the messages say.
 */
@NullMarked
package dev.switchboard.signaling.websocket;

import org.jspecify.annotations.NullMarked;
