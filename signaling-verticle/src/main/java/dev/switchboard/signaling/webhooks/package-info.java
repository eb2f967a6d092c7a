/** What the team's back end is told of calls. */
@NullMarked
package dev.switchboard.signaling.webhooks;

import org.jspecify.annotations.NullMarked;
