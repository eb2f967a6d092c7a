/**
 * Asks the team's own service whether a call may ring ({@code CALL_AUTHORIZE_URL}). Read {@link
 * dev.switchboard.signaling.authorize.CallAuthorizer}.
 */
@NullMarked
package dev.switchboard.signaling.authorize;

import org.jspecify.annotations.NullMarked;
