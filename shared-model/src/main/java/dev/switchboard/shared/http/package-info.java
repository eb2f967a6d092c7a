/** JSON over HTTP: answers, refusals, the client's address. */
@NullMarked
package dev.switchboard.shared.http;

import org.jspecify.annotations.NullMarked;
