/** What the routes of push have in common: who asks, bodies, fields and refusals. */
@NullMarked
package dev.switchboard.push.http;

import org.jspecify.annotations.NullMarked;
