/** The operator's page: what it is made of, and the requests that are its own. */
@NullMarked
package dev.switchboard.deploy.admin;

import org.jspecify.annotations.NullMarked;
