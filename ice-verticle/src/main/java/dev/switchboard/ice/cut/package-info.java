/** Ends what relays still carry for calls that are over, by coturn's command line over telnet. */
@NullMarked
package dev.switchboard.ice.cut;

import org.jspecify.annotations.NullMarked;
