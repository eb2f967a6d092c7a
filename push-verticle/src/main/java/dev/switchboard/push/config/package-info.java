/** What the providers' settings have in common: files, addresses, trust. */
@NullMarked
package dev.switchboard.push.config;

import org.jspecify.annotations.NullMarked;
