/** jex, the interactive shell. */
@NullMarked
package dev.retort.shell;

import org.jspecify.annotations.NullMarked;
