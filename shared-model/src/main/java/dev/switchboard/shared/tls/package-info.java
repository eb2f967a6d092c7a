/** Whom the clients of stores trust. */
@NullMarked
package dev.switchboard.shared.tls;

import org.jspecify.annotations.NullMarked;
