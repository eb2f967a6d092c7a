/** What stands on the list: STUN and TURN servers, their URLs, and what a client shows them. */
@NullMarked
package dev.switchboard.ice.server;

import org.jspecify.annotations.NullMarked;
