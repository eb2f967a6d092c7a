/** Who is asking: bearer tokens and what they say. */
@NullMarked
package dev.switchboard.shared.auth;

import org.jspecify.annotations.NullMarked;
