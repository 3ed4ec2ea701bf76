/// Values that come out of noise along straight lines.
///
/// One convention everywhere: a value `x` and noise `e` give `(1 - t) x + t e` at time `t`, so that
/// 1 is noise and 0 is data, and the velocity on the way is `e - x` (SiT, arXiv 2401.08740). Papers
/// that count the other way are turned round where they are read.
///
/// Start at [Solver]. Nothing here knows a picture or a network.
@NullMarked
package org.cumae.flow;

import org.jspecify.annotations.NullMarked;
