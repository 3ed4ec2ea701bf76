/// A world that can be asked and poked: probabilistic structure integration (PSI, arXiv
/// 2509.09737).
///
/// Start at [World], a random-access model with what its codes mean, and [Belief], what it says of
/// unknown variables given known ones. A [Prompt] (`rgb0,f01->rgb1`) asks in one line. The
/// structure of what is seen is read off such answers by small programs, none of which has a
/// parameter that was learned: [Tracing] finds where points go, [Motion] what can move, [Segments]
/// what moves together, [Depth] how far things are, [Influence] what rests on what, [Edit] moves
/// things, and [Uncertainty] says where the model does not know. They ask any world, and are proved
/// on [OracleWorlds], whose laws are exact.
@NullMarked
package org.cumae.psi;

import org.jspecify.annotations.NullMarked;
