/** Device tokens: Postgres, REST, the registrations of sockets, the reach index. */
@NullMarked
package dev.switchboard.push.tokens;

import org.jspecify.annotations.NullMarked;
