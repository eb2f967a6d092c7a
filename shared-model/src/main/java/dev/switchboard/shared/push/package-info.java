/** What the roles ask of push: jobs on the durable queue, tokens, reach. */
@NullMarked
package dev.switchboard.shared.push;

import org.jspecify.annotations.NullMarked;
