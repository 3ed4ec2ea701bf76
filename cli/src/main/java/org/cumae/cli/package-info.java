/// The `cumae` command.
@NullMarked
package org.cumae.cli;

import org.jspecify.annotations.NullMarked;
