/** What can be pushed to, whatever table it is in. */
@NullMarked
package dev.switchboard.push.devices;

import org.jspecify.annotations.NullMarked;
