/// The claims of the methods that draft and verify.
@NullMarked
package org.cumae.reproduce.speculative;

import org.jspecify.annotations.NullMarked;
