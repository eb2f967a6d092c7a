/** Where Redis says who is in which two-person room. */
@NullMarked
package dev.switchboard.shared.rooms;

import org.jspecify.annotations.NullMarked;
