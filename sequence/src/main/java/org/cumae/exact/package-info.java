/// Proofs: the exact law of what a decoder writes, and models whose laws are known.
///
/// Start at [ExactLaw]; it walks every branch of a decoder instead of sampling it. [JointModel]
/// answers any question about a few variables by enumeration.
@NullMarked
package org.cumae.exact;

import org.jspecify.annotations.NullMarked;
