/** The client library of {@code clients/js}, as it is built, packed, served and used. */
@NullMarked
package dev.switchboard.deploy.client;

import org.jspecify.annotations.NullMarked;
