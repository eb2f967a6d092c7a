/** Fixtures that run the packaged server as its users do: as a process. */
@NullMarked
package dev.switchboard.deploy.testing;

import org.jspecify.annotations.NullMarked;
