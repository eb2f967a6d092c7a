@NullMarked
package dev.switchboard.signaling.webhooks;

import org.jspecify.annotations.NullMarked;
