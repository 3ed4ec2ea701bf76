/// Pictures as users meet them: sheets of many, and models that draw them.
///
/// Start at [PictureModel] and [Sheet].
@NullMarked
package org.cumae.image;

import org.jspecify.annotations.NullMarked;
