/** The process that hosts the roles: the only place that sees them all. */
@NullMarked
package dev.switchboard.deploy;

import org.jspecify.annotations.NullMarked;
