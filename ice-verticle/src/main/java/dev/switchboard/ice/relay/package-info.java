/** Whether relays live: STUN binding requests to them, and which of them are on the list. */
@NullMarked
package dev.switchboard.ice.relay;

import org.jspecify.annotations.NullMarked;
