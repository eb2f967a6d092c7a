/** Apps of the back ends that this one replaces, as sequences of what they send and wait for. */
@NullMarked
package dev.switchboard.deploy.apps;

import org.jspecify.annotations.NullMarked;
