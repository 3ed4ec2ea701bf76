/// The 48 methods: where each stands, and its paper's claim tried at small scale.
///
/// Start at [Reproduction], which a method implements to be tried; [Methods] lists all of them.
@NullMarked
package org.cumae.reproduce;

import org.jspecify.annotations.NullMarked;
