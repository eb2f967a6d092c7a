/** Who is asking: bearer tokens and their claims. */
@NullMarked
package dev.switchboard.shared.auth;

import org.jspecify.annotations.NullMarked;
