/** The rooms role: two persons find each other by a join code. */
@NullMarked
package dev.switchboard.rooms;

import org.jspecify.annotations.NullMarked;
