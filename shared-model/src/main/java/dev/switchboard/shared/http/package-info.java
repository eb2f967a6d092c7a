/**
 * JSON over HTTP.
 *
 * <ol>
 *   <li>A route's way in and out: {@link dev.switchboard.shared.http.HttpApi} with {@link
 *       dev.switchboard.shared.http.HttpAccess}, {@link dev.switchboard.shared.http.JsonBodies},
 *       {@link dev.switchboard.shared.http.BodySchema}
 *   <li>Refusals: {@link dev.switchboard.shared.http.RefusedException}, {@link
 *       dev.switchboard.shared.http.BadFieldException}, {@link
 *       dev.switchboard.shared.http.Refusal}, and the shape of each part, {@link
 *       dev.switchboard.shared.http.Refusals}; {@link dev.switchboard.shared.http.Answers} writes
 *       them
 *   <li>Who and how often: {@link dev.switchboard.shared.http.SharedHttpAccess}, {@link
 *       dev.switchboard.shared.http.TrustedProxies}, {@link
 *       dev.switchboard.shared.http.LocalLimits}
 *   <li>Pages of other origins: {@link dev.switchboard.shared.http.AllowedOrigins}, {@link
 *       dev.switchboard.shared.http.CorsHeaders}
 * </ol>
 */
@NullMarked
package dev.switchboard.shared.http;

import org.jspecify.annotations.NullMarked;
