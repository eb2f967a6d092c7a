/**
 * What the routes of push have in common besides {@link dev.switchboard.shared.http.HttpApi}: how
 * they read texts ({@link dev.switchboard.push.http.Fields}) and what their refusals look like
 * ({@link dev.switchboard.push.http.PushRefusals}).
 */
@NullMarked
package dev.switchboard.push.http;

import org.jspecify.annotations.NullMarked;
