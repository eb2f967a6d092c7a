/** The relay, as its operator and its clients see it. */
@NullMarked
package dev.switchboard.deploy.relay;

import org.jspecify.annotations.NullMarked;
