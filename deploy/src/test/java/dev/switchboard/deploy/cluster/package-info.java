/** The product as several processes, and what becomes of calls and pushes when some of them go. */
@NullMarked
package dev.switchboard.deploy.cluster;

import org.jspecify.annotations.NullMarked;
