/** Web Push: subscriptions, encryption (RFC 8291), our identity (RFC 8292), delivery (RFC 8030). */
@NullMarked
package dev.switchboard.push.webpush;

import org.jspecify.annotations.NullMarked;
