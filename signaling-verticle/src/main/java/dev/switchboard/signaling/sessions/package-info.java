/** Which device of a user is connected where: registration, displacement, leases, and their end. */
@NullMarked
package dev.switchboard.signaling.sessions;

import org.jspecify.annotations.NullMarked;
