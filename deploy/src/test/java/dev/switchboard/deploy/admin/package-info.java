/** Tests of what the operator's page asks for. */
@NullMarked
package dev.switchboard.deploy.admin;

import org.jspecify.annotations.NullMarked;
