/** The ICE role: which servers a client gathers candidates from, and the credentials for them. */
@NullMarked
package dev.switchboard.ice;

import org.jspecify.annotations.NullMarked;
