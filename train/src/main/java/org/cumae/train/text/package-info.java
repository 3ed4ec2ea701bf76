/// What a language model learns from: a text cut into windows, and the loss of the next token.
@NullMarked
package org.cumae.train.text;

import org.jspecify.annotations.NullMarked;
