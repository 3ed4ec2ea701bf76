/// What is known, and where each variable lives.
///
/// Start at [Layout], the addresses and ids of typed variables, and [Canvas], which of them are
/// known. [PointerRows] turns them into queries: a pointer says which variable, its codes follow. A
/// line of text is the smallest case, a clip of typed patches with motion between frames the
/// largest; a model never sees more than ids at positions.
@NullMarked
package org.cumae.canvas;

import org.jspecify.annotations.NullMarked;
