/// The claims of the methods that draft and verify.
@org.jspecify.annotations.NullMarked
package org.cumae.reproduce.speculative;
