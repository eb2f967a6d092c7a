/** What a role is to the process that hosts it, and what that process lends it. */
@NullMarked
package dev.switchboard.shared.role;

import org.jspecify.annotations.NullMarked;
