/**
 * The one Redis primary.
 *
 * <ol>
 *   <li>The connection: {@link dev.switchboard.shared.redis.RedisLink}, opened by {@link
 *       dev.switchboard.shared.redis.RedisLinks}, which {@link
 *       dev.switchboard.shared.redis.RedisSettings} describes and {@link
 *       dev.switchboard.shared.redis.RedisRefusal} refuses
 *   <li>What runs there: {@link dev.switchboard.shared.redis.Script}
 *   <li>What several roles do with it: {@link dev.switchboard.shared.redis.DueSet}, {@link
 *       dev.switchboard.shared.redis.InDoubtWrites}, and streams ({@code stream})
 * </ol>
 */
@NullMarked
package dev.switchboard.shared.redis;

import org.jspecify.annotations.NullMarked;
