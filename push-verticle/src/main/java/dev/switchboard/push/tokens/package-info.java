/**
 * Device tokens: Postgres, REST, the registrations of sockets, the reach index.
 *
 * <ol>
 *   <li>A token: {@link dev.switchboard.push.tokens.DeviceToken}, {@link
 *       dev.switchboard.push.tokens.TokenType}, {@link dev.switchboard.push.tokens.TokenRequest}
 *   <li>In Postgres: {@link dev.switchboard.push.tokens.TokenStore}, {@link
 *       dev.switchboard.push.tokens.DeviceStore}, {@link dev.switchboard.push.tokens.DeviceCap},
 *       {@link dev.switchboard.push.tokens.DeviceLimits}
 *   <li>How they come: {@link dev.switchboard.push.tokens.TokenRoutes}, {@link
 *       dev.switchboard.push.tokens.Registrations}
 *   <li>For calls, in Redis: {@link dev.switchboard.push.tokens.ReachIndex}, {@link
 *       dev.switchboard.push.tokens.ReachField}
 * </ol>
 */
@NullMarked
package dev.switchboard.push.tokens;

import org.jspecify.annotations.NullMarked;
