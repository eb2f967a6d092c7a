/** What deploys the program: held to its own schema, and to the settings and metrics there are. */
@NullMarked
package dev.switchboard.deploy.manifests;

import org.jspecify.annotations.NullMarked;
