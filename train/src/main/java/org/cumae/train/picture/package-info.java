/// Pictures: what is learned of them, and how those that a model made are judged.
///
/// [Classifier] reads a picture's class and is what [Likeness] looks through.
@NullMarked
package org.cumae.train.picture;

import org.jspecify.annotations.NullMarked;
