/** Postgres: the pool, the migrations, what counts as away. */
@NullMarked
package dev.switchboard.shared.postgres;

import org.jspecify.annotations.NullMarked;
