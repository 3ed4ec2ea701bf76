/// Drafters: where the tokens of a draft come from.
///
/// Three kinds. [PromptLookup] copies what followed the same words before. [Ngrams], on
/// [SuffixCounts], and [Aded], on [Trigrams], count what follows what and grow the likeliest tree.
/// [SmallModel] asks another model. [Anything] proposes nonsense, for load tests.
@NullMarked
package org.cumae.decode.speculative.draft;

import org.jspecify.annotations.NullMarked;
