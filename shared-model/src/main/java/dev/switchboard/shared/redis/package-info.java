/** The one Redis primary: connection, scripts, key names. */
@NullMarked
package dev.switchboard.shared.redis;

import org.jspecify.annotations.NullMarked;
