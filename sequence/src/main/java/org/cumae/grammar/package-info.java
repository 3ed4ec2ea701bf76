/// Languages that a text may be held to: grammars over bytes, and the ids that continue them.
///
/// Start at [Rule]: what a part of a text looks like. A [Grammar] names rules, so that they may
/// hold themselves; a [Regex] is read into one; a [GrammarConstraint] says which ids of a
/// [TokenTrie] go on from where a text stands. Nothing here knows a model or a decoder.
@NullMarked
package org.cumae.grammar;

import org.jspecify.annotations.NullMarked;
