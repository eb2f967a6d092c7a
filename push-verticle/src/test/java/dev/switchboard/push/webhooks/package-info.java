@NullMarked
package dev.switchboard.push.webhooks;

import org.jspecify.annotations.NullMarked;
