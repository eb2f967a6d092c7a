/** The page for people in a real browser, with fake cameras. */
@NullMarked
package dev.switchboard.deploy.browser;

import org.jspecify.annotations.NullMarked;
