/// The claims of the methods that serve.
@NullMarked
package org.cumae.reproduce.serving;

import org.jspecify.annotations.NullMarked;
