/** Push services on loopback, which check what they are sent. */
@NullMarked
package dev.switchboard.push.testing;

import org.jspecify.annotations.NullMarked;
