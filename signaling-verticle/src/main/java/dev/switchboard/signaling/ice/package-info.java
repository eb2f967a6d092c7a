/** Asks the ICE role for servers on behalf of sockets. */
@NullMarked
package dev.switchboard.signaling.ice;

import org.jspecify.annotations.NullMarked;
