/// Units: what one variable is. Tokenizers of every kind, their training and their files.
///
/// Start at [org.cumae.unit.Tokenizer]: text to ids and back. [org.cumae.unit.Characters] and
/// [org.cumae.unit.Bytes] are the smallest, [org.cumae.unit.Subwords] is everything that
/// `tokenizer.json`, SentencePiece and GGUF files describe, and [org.cumae.unit.PairTrainer] makes
/// one from a text. [org.cumae.unit.TokenizerFolder] reads and writes them beside a model's
/// weights.
///
/// Everything here is plain Java, on purpose: a tokenizer file is a stranger's data, and the native
/// library that is usual for `tokenizer.json` ends the whole process when a file brings a regular
/// expression that backtracks too long. It serves as the control in the tests instead.
///
/// This room knows no tensor and no model.
@NullMarked
package org.cumae.unit;

import org.jspecify.annotations.NullMarked;
