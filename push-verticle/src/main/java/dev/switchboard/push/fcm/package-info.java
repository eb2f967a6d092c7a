/** Firebase Cloud Messaging, by firebase-admin over a transport of our own. */
@NullMarked
package dev.switchboard.push.fcm;

import org.jspecify.annotations.NullMarked;
