/**
 * Many connections that do nothing: what each of them costs, and how long a stop takes with them.
 */
@NullMarked
package dev.switchboard.deploy.idle;

import org.jspecify.annotations.NullMarked;
